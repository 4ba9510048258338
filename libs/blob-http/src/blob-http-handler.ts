import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, ByteRange } from '@ffapi/blob';
import { headers, statusOf, toLine } from './wire.ts';

export interface BlobHttpHandlerOptions {
  readonly store: BlobStore;
  readonly verifyToken: (token: string) => boolean | Promise<boolean>;
  /** Where the handler is mounted, without a slash at the end. */
  readonly prefix?: string | undefined;
  /** Called with what the client only sees as a status. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

type Exchange = { req: IncomingMessage; res: ServerResponse; store: BlobStore; url: URL };

/**
 * Serves a blob store to the other services: `PUT /blobs`, `GET /blobs?after=`, `GET|HEAD|POST|DELETE /blobs/<sha256>`
 * (`POST` touches), `GET /blobs/<sha256>/link`, `GET /space`.
 */
export const blobHttpHandler =
  ({ store, verifyToken, prefix = '', onError }: BlobHttpHandlerOptions) =>
  async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
      if (!(await verifyToken(token))) return answer(res, 401);
      const url = new URL(req.url ?? '/', 'http://blobs');
      const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : '';
      await route({ req, res, store, url }, req.method ?? '', path);
    } catch (error) {
      onError?.(error);
      if (res.headersSent) res.destroy();
      else answer(res, statusOf(error));
    } finally {
      // Reads on what is still being sent: closing at once would reset the connection before the answer is read.
      req.resume();
    }
  };

const route = async (exchange: Exchange, method: string, path: string): Promise<void> => {
  const [, sha256, part] = /^\/blobs\/([0-9a-f]{64})(\/link)?$/.exec(path) ?? [];
  if (path === '/blobs' && method === 'PUT') return receive(exchange);
  if (path === '/blobs' && method === 'GET') return list(exchange);
  if (path === '/space' && method === 'GET')
    return json(exchange.res, 200, { freeBytes: await exchange.store.freeBytes() });
  if (sha256 === undefined) return answer(exchange.res, 404);
  if (part !== undefined) return method === 'GET' ? link(exchange, sha256) : answer(exchange.res, 405);
  if (method === 'GET' || method === 'HEAD') return send(exchange, sha256, method === 'HEAD');
  if (method === 'POST') return answer(exchange.res, (await exchange.store.touch({ sha256 })) ? 204 : 404);
  if (method !== 'DELETE') return answer(exchange.res, 405);
  const before = exchange.url.searchParams.get('before');
  const putBefore = before === null ? undefined : new Date(before);
  json(exchange.res, 200, { deleted: await exchange.store.delete({ sha256 }, { putBefore }) });
};

const receive = async ({ req, res, store }: Exchange): Promise<void> => {
  const limit = req.headers[headers.sizeBytesMax];
  const sizeBytesMax = limit === undefined ? undefined : Number(limit);
  json(res, 201, await store.put(req, { sizeBytesMax }));
};

const link = async ({ res, store, url }: Exchange, sha256: string): Promise<void> => {
  const text = (name: string): string => url.searchParams.get(name) ?? '';
  const [contentType, contentDisposition] = [text('contentType'), text('contentDisposition')];
  const lifetimeMs = Number(text('lifetimeMs'));
  json(res, 200, { link: await store.directLink({ sha256 }, { contentType, contentDisposition, lifetimeMs }) });
};

const list = async ({ res, store, url }: Exchange): Promise<void> => {
  res.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const lines = async function* () {
    for await (const blob of store.list(url.searchParams.get('after') ?? '')) yield toLine(blob);
  };
  await pipeline(Readable.from(lines()), res);
};

const send = async ({ req, res, store }: Exchange, sha256: string, isHead: boolean): Promise<void> => {
  const { sizeBytes, modifiedAt } = await store.head({ sha256 });
  const range = isHead ? undefined : parseRange(req.headers.range);
  const start = range?.start ?? 0;
  const end = Math.min(range?.end ?? Infinity, sizeBytes - 1);
  if (range && (start >= sizeBytes || end < start)) throw new RangeError('the range starts behind the end');
  const body = isHead ? null : await store.get({ sha256 }, { range });
  res.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    etag: `"${sha256}"`,
    [headers.modifiedAt]: modifiedAt.toISOString(),
    ...(range && { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
  });
  if (!body) return void res.end();
  try {
    await pipeline(body, res);
  } finally {
    // A pipeline to an answer that nobody waits for any more never begins, and leaves the blob open.
    body.destroy();
  }
};

/** One range with a start; other forms are answered with the whole blob, as HTTP allows. */
const parseRange = (header: string | undefined): ByteRange | undefined => {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), ...(end && { end: Number(end) }) };
};

const answer = (res: ServerResponse, status: number): void => {
  res.writeHead(status, status >= 400 ? { connection: 'close' } : {}).end();
};

const json = (res: ServerResponse, status: number, body: unknown): void => {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
