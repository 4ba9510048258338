import { join } from 'node:path';
import { failureOf, isErrorCode, type Failure } from '@ffapi/contracts';
import { EgressFailure, type Egress } from '@ffapi/egress';
import type { Secrets } from '@ffapi/secrets';
import type { SettingsNow } from '@ffapi/service-kit';
import { TaskFailure, type TaskRunner } from '@ffapi/worker';
import { nameFromUrl } from '../domain/file-names.ts';
import { typeOfFile } from './file-type.ts';

const mebibyte = 1024 * 1024;

export interface IngestPorts {
  readonly egress: Egress;
  readonly secrets: Secrets;
  readonly settings: SettingsNow;
}

/** An egress failure in the platform's words. */
export const classifyEgressFailure = (error: unknown): Failure | null =>
  error instanceof EgressFailure && isErrorCode(error.code)
    ? { ...failureOf(error.code, error.message), retryable: error.retryable }
    : null;

/** `authorization` is handed over apart: it must never follow a redirect to another host. */
const splitHeaders = (
  headers: Readonly<Record<string, string>>,
): { headers: Record<string, string>; authorization?: string } => {
  const rest = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return { headers: Object.fromEntries(rest), ...(authorization === undefined ? {} : { authorization }) };
};

/** Fetches the URL of one input into the blob store; nothing here opens the file as media. */
export const runIngest =
  ({ egress, secrets, settings }: IngestPorts): TaskRunner =>
  async (attempt) => {
    const { source, fetchHeadersSecret } = attempt.item;
    if (source?.kind !== 'url') throw new TaskFailure(failureOf('worker_failed', 'An ingest task needs a URL.'));
    const url = source.secret === null ? source.url : await secrets.open(source.secret);
    const headers =
      fetchHeadersSecret === null ? {} : (JSON.parse(await secrets.open(fetchHeadersSecret)) as Record<string, string>);
    const path = join(attempt.workDir, 'source');
    attempt.log(`fetching ${source.url}`);
    const fetched = await egress.download(url, {
      ...splitHeaders(headers),
      sizeBytesMax: settings().max_file_size_mb * mebibyte,
      sink: path,
      signal: attempt.signal,
      onProgress: ({ receivedBytes, totalBytes }) =>
        attempt.progress({
          percent: totalBytes ? (100 * receivedBytes) / totalBytes : 0,
          fps: null,
          speed: null,
          etaSeconds: null,
          stage: 'download',
        }),
    });
    if (fetched.sizeBytes === 0) throw new TaskFailure(failureOf('input_empty'));
    const contentType = await typeOfFile(path);
    const blob = await attempt.blobs.putFile(path, { move: true });
    attempt.log(`fetched ${blob.sizeBytes} bytes, ${contentType}`);
    return {
      ingested: { blob, name: nameFromUrl(source.url), contentType },
      artifacts: [],
      outputs: [],
      plan: null,
      result: null,
      stats: null,
      warnings: [],
    };
  };
