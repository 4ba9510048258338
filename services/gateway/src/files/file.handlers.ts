import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pathParam, safeFileName, type BlobRef, type fileRoutes, type StoredFile } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import { readBlob } from '@ffapi/blob';
import { search, type Collection, type FindQuery } from '@ffapi/read-model';
import { verifyPath } from '@ffapi/secrets';
import type { ServiceContext } from '@ffapi/service-kit';
import { noteTransfer } from '@ffapi/telemetry';
import { userFileHeaders } from './content-disposition.ts';
import { fileResourceOf } from '@ffapi/job-view';
import { thumbnailPath, type Links } from '@ffapi/job-view';
import {
  judgeConditions,
  replayed,
  type Idempotency,
  RequestRefused,
  type Answer,
  type AnswerFor,
  type Call,
  type CallOf,
  type HandlersOf,
} from '../requests/index.ts';
import { parseRange } from './range.ts';
import type { FileDocument } from './files.projection.ts';
import { actorOf } from '../identity/index.ts';
import type { RateLimit, StandingCalls } from '../access/index.ts';
import { readForm, storePart, type SentFile } from './store-part.http.ts';

export interface FilePorts {
  readonly context: ServiceContext;
  readonly files: Collection<FileDocument>;
  /** Resolves when files that this process has stored are found. */
  readonly filesHold: () => Promise<void>;
  readonly limits: RateLimit;
  readonly links: () => Links;
  readonly signingKey: Buffer;
  readonly standing: StandingCalls;
  readonly idempotency: Idempotency;
}

interface BundleEntry extends BlobRef {
  readonly path: string;
  readonly contentType: string;
}

const thumbnailMsMax = 65_000;
const anybody = { keyId: '', isAdmin: true } as const;

/** Which file a path names: signed, by id, or by the newest of the caller's names. */
const resolveFile = async (
  ports: FilePorts,
  call: Call & { readonly params: { readonly path: string } },
): Promise<{ file: StoredFile; path: string }> => {
  const rest = call.params.path;
  const signed = verifyPath(ports.signingKey, rest, Date.now());
  if (signed) {
    // Who makes links up is counted as who makes keys up.
    if (signed.isForged) await ports.limits.countAddress(call.request.ip, call.reply);
    if (!signed.isValid) throw new RequestRefused('file_not_found', { detail: 'The link has expired or was changed.' });
    return {
      file: (await ports.context.request('asset.resolve', { fileId: signed.fileId, actor: anybody })).file,
      path: signed.path,
    };
  }
  if (call.caller.isAnonymous) throw new RequestRefused('api_key_required');
  const [first = '', ...others] = rest.split('/');
  // A stored name has an ending, and so is no id.
  const actor = actorOf(call.caller);
  const isId = pathParam.file.schema.safeParse(first).success;
  const fileId = isId ? first : await newestNamed(ports, call, first);
  const { file } = await ports.context.request('asset.resolve', { fileId, actor });
  return { file, path: others.join('/') };
};

/** The newest file of this name among the caller's, as it is shown or as it was sent. */
export const newestNamed = async (
  { files, filesHold }: Pick<FilePorts, 'files' | 'filesHold'>,
  { caller }: Pick<Call, 'caller'>,
  text: string,
): Promise<string> => {
  await filesHold();
  for (const name of new Set([text, safeFileName(text)])) {
    const where: Record<string, string> = caller.isAdmin ? { name } : { apiKeyId: caller.keyId, name };
    const { documents } = await files.find({ where, sort: 'createdAt', descending: true, limit: 1 });
    if (documents[0]) return documents[0].id;
  }
  throw new RequestRefused('file_not_found', { detail: `There is no file named ${text}.` });
};

const thumbnailOf = async (context: ServiceContext, { fileId }: StoredFile) => {
  const { thumbnail } = await context.request('asset.thumbnail', { fileId, actor: anybody }, thumbnailMsMax);
  if (!thumbnail) throw new RequestRefused('file_not_found', { detail: 'The file shows nothing.' });
  return { blob: thumbnail, contentType: 'image/jpeg', name: 'thumbnail.jpg' };
};

/** The bytes behind a path: of the file, or of one entry of a folder of files. */
const bytesOf = async (
  { context }: FilePorts,
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

const download = async (ports: FilePorts, call: CallOf<'download_file'>): Promise<AnswerFor<'download_file'>> => {
  const { file, path } = await resolveFile(ports, call);
  const { blob, contentType, name } = await bytesOf(ports, file, path);
  const etag = `"${blob.sha256}"`;
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    ...userFileHeaders(contentType, name),
    'cache-control': 'private, max-age=3600',
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
  if (call.request.method !== 'HEAD') noteDownload(ports.context, call, sizeBytes);
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
const answerHead = ({ reply }: Call, { status = 200, headers, body }: Answer): undefined => {
  if (body instanceof Readable) body.destroy();
  reply.hijack();
  reply.raw.writeHead(status, { ...reply.getHeaders(), ...headers } as OutgoingHttpHeaders).end();
  return undefined;
};

const upload = (ports: FilePorts, call: CallOf<'upload_file'>): Promise<AnswerFor<'upload_file'>> =>
  readForm(ports.context, call, 1, (fileSize) => uploadFile(ports, call, fileSize));

const uploadFile = async (
  { context, links, idempotency }: FilePorts,
  call: CallOf<'upload_file'>,
  fileSize: number,
): Promise<AnswerFor<'upload_file'>> => {
  if (!call.request.isMultipart())
    throw new RequestRefused('media_type_not_supported', {
      detail: 'Send multipart/form-data with the file in the field `file`.',
    });
  const part = await call.request.file({ limits: { fileSize } });
  if (part?.fieldname !== 'file')
    throw new RequestRefused('invalid_request', {
      errors: [{ pointer: '/file', code: 'required', message: 'The form needs a file in the field `file`.' }],
    });
  const length = call.header('content-length');
  const announcedBytes = length === undefined ? null : Number(length);
  const claim = (sent: SentFile, newId: () => string) => idempotency.claim(call, newId, sent);
  const isRepeat = await idempotency.isClaimed(call);
  const sender = { caller: call.caller, announcedBytes, claim, isRepeat };
  const { isReplay, ...file } = await storePart(context, sender, part);
  const headers = { location: `/v1/files/${file.fileId}`, ...replayed({ isReplay }) };
  return { status: 201, headers, body: fileResourceOf(links(), file) };
};

const remove = async ({ context }: FilePorts, { caller }: Call, fileId: string): Promise<Answer<never>> => {
  await context.request('asset.delete', { fileId, actor: actorOf(caller), reason: 'requested' });
  return { status: 204 };
};

export const fileHandlers = (ports: FilePorts): HandlersOf<typeof fileRoutes> => ({
  upload_file: (call) => ports.standing.during(call, () => upload(ports, call)),
  list_files: async (call) => {
    const { q, limit = 50, cursor } = call.query;
    const query: FindQuery = {
      where: call.caller.isAdmin ? {} : { apiKeyId: call.caller.keyId },
      sort: 'createdAt',
      descending: true,
      after: cursor,
      limit,
    };
    const { documents, next } = await search(ports.files, query, q ? { field: 'name', text: q } : null);
    return {
      body: {
        data: documents.map(({ document }) => fileResourceOf(ports.links(), document)),
        has_more: next !== null,
        next_cursor: next,
      },
    };
  },
  get_file: async (call) => {
    const ask = { fileId: call.params.id, actor: actorOf(call.caller) };
    const { file } = await ports.context.request('asset.resolve', ask);
    return { headers: { etag: `"${file.blob.sha256}"` }, body: fileResourceOf(ports.links(), file) };
  },
  download_file: async (call) => {
    const answer = await download(ports, call);
    return call.request.method === 'HEAD' ? answerHead(call, answer) : answer;
  },
  delete_file: async (call) => {
    const { file } = await resolveFile(ports, call);
    if (call.caller.isAnonymous) throw new Refusal('file_not_found');
    return remove(ports, call, file.fileId);
  },
  remove_file: async (call) => {
    const ask = { fileId: call.params.id, actor: actorOf(call.caller) };
    const { file } = await ports.context.request('asset.resolve', ask);
    return remove(ports, call, file.fileId);
  },
});
