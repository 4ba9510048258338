import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { readBlob } from '@ffapi/blob';
import type { BlobRef, StoredFile } from '@ffapi/contracts';
import { thumbnailPath } from '@ffapi/job-view';
import type { ServiceContext } from '@ffapi/service-kit';
import { noteTransfer } from '@ffapi/telemetry';
import {
  judgeConditions,
  RequestRefused,
  type Answer,
  type AnswerFor,
  type Call,
  type CallOf,
} from '../requests/index.ts';
import { userFileHeaders } from './content-disposition.ts';
import { directLifetimeMs, type WantedBytes } from './direct-download.policy.ts';
import type { FilePorts } from './file-ports.ts';
import { anybody, resolveFile, type FoundFile } from './find-file.http.ts';
import { parseRange } from './range.ts';

interface BundleEntry extends BlobRef {
  readonly path: string;
  readonly contentType: string;
}

const cacheSecondsMax = 3600;
const thumbnailMsMax = 65_000;
export const thumbnailOf = async (context: ServiceContext, { fileId }: StoredFile) => {
  const { thumbnail } = await context.request('asset.thumbnail', { fileId, actor: anybody }, thumbnailMsMax);
  if (!thumbnail) throw new RequestRefused('file_not_found', { detail: 'The file shows nothing.' });
  return { blob: thumbnail, contentType: 'image/jpeg', name: 'thumbnail.jpg' };
};

/** The bytes behind a path: of the file, or of one entry of a folder of files. */
const bytesOf = async (
  { context }: Pick<FilePorts, 'context'>,
  file: StoredFile,
  path: string,
): Promise<{ blob: BlobRef; contentType: string; name: string }> => {
  if (path === thumbnailPath) return thumbnailOf(context, file);
  if (file.main === null) return { blob: file.blob, contentType: file.contentType, name: file.name };
  const manifest = (await readBlob(context.blobs, file.blob)).toString('utf8');
  const wanted = path === '' ? file.main : path;
  const entry = (JSON.parse(manifest) as BundleEntry[]).find((each) => each.path === wanted);
  if (!entry) throw new RequestRefused('file_not_found', { detail: `The folder has no ${wanted}.` });
  return {
    blob: { sha256: entry.sha256, sizeBytes: entry.sizeBytes },
    contentType: entry.contentType,
    name: wanted.split('/').at(-1) ?? wanted,
  };
};

const noteDownload = ({ metrics }: ServiceContext, { reply }: Call, sizeBytes: number): void => {
  const startMs = performance.now();
  reply.raw.once('finish', () => noteTransfer(metrics, 'download', sizeBytes, performance.now() - startMs));
};

/** Fetch Metadata: what a browser plays or saves is asked for in another mode. Node tells a mode, but no site. */
const isFromScript = (call: Call): boolean =>
  call.header('origin') !== undefined ||
  (call.header('sec-fetch-site') !== undefined &&
    ['cors', 'same-origin'].includes(call.header('sec-fetch-mode') ?? ''));

const secondsOf = (ms: number): number => Math.floor(ms / 1000);

/** A CDN in front of this gateway may keep what a signed link gives, for as long as the link leads anywhere. */
const cachingOf = (linkEndsAtMs: number | null, isForCdn: boolean): string =>
  isForCdn && linkEndsAtMs !== null
    ? `public, max-age=${Math.min(cacheSecondsMax, secondsOf(linkEndsAtMs - Date.now()))}`
    : `private, max-age=${cacheSecondsMax}`;

/** A link of the store's own to these bytes; `undefined`: they are sent from here. */
const directly = async (
  { context: { config, blobs, log } }: Pick<FilePorts, 'context'>,
  wanted: WantedBytes,
  blob: BlobRef,
  headers: ReturnType<typeof userFileHeaders>,
): Promise<AnswerFor<'download_file'> | undefined> => {
  const settings = { isOn: config.DIRECT_DOWNLOADS, lifetimeMs: config.S3_PRESIGNED_URL_EXPIRY * 1000 };
  const nowMs = Date.now();
  const lifetimeMs = directLifetimeMs(wanted, settings, nowMs);
  if (lifetimeMs === null) return undefined;
  const { 'content-type': contentType, 'content-disposition': contentDisposition } = headers;
  const link = await blobs
    .directLink(blob, { contentType, contentDisposition, lifetimeMs })
    .catch(
      (error: unknown) => void log.warn({ err: error }, 'no direct link could be made: the bytes pass the gateway'),
    );
  if (!link) return undefined;
  const expiresAt = new Date(nowMs + lifetimeMs).toISOString();
  return { status: 302, headers: { location: link, 'cache-control': 'no-store', 'x-link-expires-at': expiresAt } };
};

export const download = async (ports: FilePorts, call: CallOf<'download_file'>): Promise<AnswerFor<'download_file'>> =>
  answerFile(ports, call, await resolveFile(ports, call));

/** The bytes of a file that was found, as much of them as is asked for, from here or from the store itself. */
export const answerFile = async (
  ports: Pick<FilePorts, 'context'>,
  call: Call,
  { file, path, linkEndsAtMs, isSaved }: FoundFile & { readonly isSaved?: boolean },
): Promise<AnswerFor<'download_file'>> => {
  const { blob, contentType, name } = await bytesOf(ports, file, path);
  const etag = `"${blob.sha256}"`;
  const isForCdn = linkEndsAtMs !== null && ports.context.config.CDN_BASE_URL !== undefined;
  const contentHeaders = userFileHeaders(contentType, name, isSaved);
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    ...contentHeaders,
    'cache-control': cachingOf(linkEndsAtMs, isForCdn),
  };
  const verdict = judgeConditions(
    { ifMatch: call.header('if-match'), ifNoneMatch: call.header('if-none-match'), ifRange: call.header('if-range') },
    etag,
  );
  if (verdict === 'failed') throw new RequestRefused('precondition_failed');
  if (verdict === 'not-modified') return { status: 304, headers };
  // Of HEAD no part is ever asked for (RFC 9110 §14.2).
  const isWhole = verdict === 'whole' || call.request.method === 'HEAD';
  const range = isWhole ? null : parseRange(call.header('range'), blob.sizeBytes);
  if (range === 'unsatisfiable') {
    call.reply.header('content-range', `bytes */${blob.sizeBytes}`);
    throw new RequestRefused('range_not_satisfiable');
  }
  const sizeBytes = range === null ? blob.sizeBytes : range.end - range.start + 1;
  if (call.request.method !== 'HEAD') {
    const wanted = {
      sizeBytes: blob.sizeBytes,
      isOfSet: file.main !== null,
      dependsOnEtag: verdict === 'whole' || call.header('if-match') !== undefined,
      isFromScript: isFromScript(call),
      isForCdn,
      endsAtMs: file.expiresAt === null ? Infinity : Date.parse(file.expiresAt),
    };
    const answer = await directly(ports, wanted, blob, contentHeaders);
    if (answer) return answer;
    noteDownload(ports.context, call, sizeBytes);
  }
  if (range === null) {
    const body = call.request.method === 'HEAD' ? undefined : await ports.context.blobs.get(blob);
    return { headers: { ...headers, 'content-length': String(blob.sizeBytes) }, body };
  }
  return {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${range.start}-${range.end}/${blob.sizeBytes}`,
      'content-length': String(sizeBytes),
    },
    body: await ports.context.blobs.get(blob, { range }),
  };
};

/** What GET would answer, its length included, without a byte of it: Fastify counts the bytes that it is given. */
export const answerHead = ({ reply }: Call, { status = 200, headers, body }: Answer): undefined => {
  if (body instanceof Readable) body.destroy();
  reply.hijack();
  reply.raw.writeHead(status, { ...reply.getHeaders(), ...headers } as OutgoingHttpHeaders).end();
  return undefined;
};
