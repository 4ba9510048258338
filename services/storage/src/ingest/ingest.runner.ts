import { createReadStream } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, isErrorCode, type Failure } from '@ffapi/contracts';
import { EgressFailure, type Egress } from '@ffapi/egress';
import { Refusal } from '@ffapi/es';
import type { Secrets } from '@ffapi/secrets';
import type { SettingsNow } from '@ffapi/service-kit';
import { noteTransfer, type Metrics } from '@ffapi/telemetry';
import { TaskFailure, type Attempt, type TaskRunner } from '@ffapi/worker';
import { nameFromUrl } from './file-names.ts';
import { headBytes } from './refused-kinds.ts';
import type { AdmitFile } from './admit-file.runner.ts';

const mebibyte = 1024 * 1024;

export const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

export interface IngestPorts {
  readonly egress: Egress;
  readonly secrets: Secrets;
  readonly admit: AdmitFile;
  readonly settings: SettingsNow;
  readonly metrics: Metrics;
  /** What the volume keeps free, whatever is fetched. */
  readonly freeBytesMin: number;
  /** What is free on the volume of a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

type Volume = Pick<IngestPorts, 'freeBytes' | 'freeBytesMin'>;

/** Refuses to go on with less room than the volume keeps free. */
const checkRoom = async (workDir: string, { freeBytes, freeBytesMin }: Volume): Promise<void> => {
  if ((await freeBytes(workDir)) < freeBytesMin) throw new TaskFailure(failureOf('disk_full'));
};

const roomEveryMs = 500;

/** Does the work and breaks it off when the volume's room ends meanwhile. */
const withRoom = async <T>(
  { workDir, signal }: Pick<Attempt, 'workDir' | 'signal'>,
  volume: Volume,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  await checkRoom(workDir, volume);
  const full = new AbortController();
  const looking = setInterval(
    () => void checkRoom(workDir, volume).catch((error: unknown) => full.abort(error)),
    roomEveryMs,
  );
  try {
    return await work(AbortSignal.any([signal, full.signal]));
  } catch (error) {
    throw full.signal.aborted ? full.signal.reason : error;
  } finally {
    clearInterval(looking);
  }
};

/** What was told in a refusal, as part of a sentence. */
const told = ({ signature, reason }: Refusal['details']): string => {
  const detail = signature ?? reason;
  return typeof detail === 'string' ? ` (${detail})` : '';
};

/** A failed fetch or a refused file in the platform's words. */
export const classifyIngestFailure = (error: unknown): Failure | null => {
  if (error instanceof EgressFailure && isErrorCode(error.code))
    return {
      ...failureOf(error.code, error.message, error.isOfUnknownName ? { cause: error.message } : undefined),
      retryable: error.retryable,
    };
  if (!(error instanceof Refusal) || !isErrorCode(error.code)) return null;
  const failure = failureOf(error.code, undefined, error.details);
  return { ...failure, message: failure.message.replace(/\.$/, `${told(error.details)}.`) };
};

const headOf = async (path: string): Promise<Uint8Array> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(headBytes), position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

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
  ({ egress, secrets, admit, settings, metrics, ...volume }: IngestPorts): TaskRunner =>
  async (attempt) => {
    const { source, fetchHeadersSecret } = attempt.item;
    if (source?.kind !== 'url') throw new TaskFailure(failureOf('worker_failed', 'An ingest task needs a URL.'));
    const url = source.secret === null ? source.url : await secrets.open(source.secret);
    const headers =
      fetchHeadersSecret === null ? {} : (JSON.parse(await secrets.open(fetchHeadersSecret)) as Record<string, string>);
    const path = join(attempt.workDir, 'source');
    attempt.log(`fetching ${source.url}`);
    const startMs = performance.now();
    const fetched = await withRoom(attempt, volume, (signal) =>
      egress.download(url, {
        ...splitHeaders(headers),
        sizeBytesMax: settings().max_file_size_mb * mebibyte,
        sink: path,
        signal,
        onProgress: ({ receivedBytes, totalBytes }) =>
          attempt.progress({
            percent: totalBytes ? (100 * receivedBytes) / totalBytes : 0,
            fps: null,
            speed: null,
            etaSeconds: null,
            stage: 'download',
          }),
      }),
    );
    noteTransfer(metrics, 'fetch', fetched.sizeBytes, performance.now() - startMs);
    attempt.log(`fetched ${fetched.sizeBytes} bytes`);
    const admitted = await admit({
      name: nameFromUrl(source.url),
      head: await headOf(path),
      open: async () => createReadStream(path, { signal: attempt.signal }),
    });
    const blob = await attempt.blobs.putFile(path, { move: true });
    attempt.log(`stored as ${admitted.contentType}`);
    return {
      ingested: { blob, ...admitted },
      artifacts: [],
      outputs: [],
      plan: null,
      result: null,
      stats: null,
      warnings: [],
    };
  };
