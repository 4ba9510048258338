import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEgress, EgressFailure, type DownloadOptions, type DownloadProgress } from './index.ts';
import { answerForever, createOrigins } from './scripted-origin.ts';

const { origin, rawOrigin, closeAll } = createOrigins();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ffapi-egress-'));
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(closeAll);

const egress = createEgress({ allowPrivateIps: true });
const target = () => join(dir, randomBytes(6).toString('hex'));
const get = async (url: string, options: Partial<DownloadOptions> = {}, from = egress) => {
  const sink = target();
  const done = await from.download(url, { sink, sizeBytesMax: 1 << 24, retryDelayMs: 1, ...options });
  return { done, bytes: existsSync(sink) ? await readFile(sink) : null };
};
/** The code a download fails with; a failed download must leave no file. */
const codeOf = async (url: string, options: Partial<DownloadOptions> = {}): Promise<string> => {
  const sink = target();
  const error = await egress
    .download(url, { sink, sizeBytesMax: 1 << 24, retryDelayMs: 1, ...options })
    .catch((e: unknown) => e);
  expect(existsSync(sink)).toBe(false);
  return error instanceof EgressFailure ? error.code : String(error);
};

const clip = randomBytes(700_000);
const sha256 = createHash('sha256').update(clip).digest('hex');

/** Serves the clip with ranges; `broken` requests are cut in the middle. */
const resumable = (broken: number, etag: (n: number) => string = () => '"v1"') => {
  const seen: IncomingMessage['headers'][] = [];
  const handler = (req: IncomingMessage, res: ServerResponse) => {
    const n = seen.push(req.headers);
    const start = Number(/^bytes=(\d+)-$/.exec(req.headers.range ?? '')?.[1] ?? 0);
    const isPart = start > 0 && req.headers['if-range'] === etag(n);
    const rest = isPart ? clip.subarray(start) : clip;
    res.writeHead(isPart ? 206 : 200, {
      'content-length': rest.length,
      'content-type': 'video/mp4',
      etag: etag(n),
      ...(isPart && { 'content-range': `bytes ${start}-${clip.length - 1}/${clip.length}` }),
    });
    if (n > broken) res.end(rest);
    else res.write(rest.subarray(0, 200_000), () => res.socket?.end());
  };
  return { handler, seen };
};

describe('download', () => {
  it('brings the whole body, its digest and what the server said of it', async () => {
    const url = await origin((_req, res) => {
      res.writeHead(200, { 'content-type': 'video/mp4', etag: '"v1"', 'content-length': clip.length }).end(clip);
    });
    const seen: DownloadProgress[] = [];
    const { done, bytes } = await get(`${url}?token=secret`, { onProgress: (progress) => seen.push(progress) });
    expect(done).toEqual({ sizeBytes: clip.length, sha256, contentType: 'video/mp4', etag: '"v1"', finalUrl: url });
    expect(bytes?.equals(clip)).toBe(true);
    expect(seen.at(-1)).toEqual({ receivedBytes: clip.length, totalBytes: clip.length });
  });

  it('writes into a stream at the pace of the stream', async () => {
    const url = await origin((_req, res) => void res.end(clip));
    const sink = new PassThrough({ highWaterMark: 1024 });
    const [read, { done }] = await Promise.all([buffer(sink), get(url, { sink })]);
    expect(read.equals(clip)).toBe(true);
    expect(done.sha256).toBe(sha256);
  });

  it('stops when the stream fails', async () => {
    const url = await origin((_req, res) => void res.end(clip));
    const sink = new Writable({ write: (_chunk, _encoding, callback) => callback(new Error('disk gone')) });
    await expect(egress.download(url, { sink, sizeBytesMax: 1 << 24 })).rejects.toThrow('disk gone');
  });

  it('goes on where the connection broke, at most twice', async () => {
    const { handler, seen } = resumable(2);
    const { done, bytes } = await get(await origin(handler));
    expect(done.sha256).toBe(sha256);
    expect(bytes?.equals(clip)).toBe(true);
    expect(seen.map((headers) => headers.range !== undefined)).toEqual([false, true, true]);
    expect(seen[1]?.['if-range']).toBe('"v1"');
    expect(await codeOf(await origin(resumable(3).handler))).toBe('input_truncated');
  });

  it('goes on into a stream too, and gives up where nothing proves that the rest belongs to it', async () => {
    const sink = new PassThrough();
    const [read] = await Promise.all([buffer(sink), get(await origin(resumable(1).handler), { sink })]);
    expect(read.equals(clip)).toBe(true);
    const weak = new PassThrough().resume();
    const failed = get(await origin(resumable(1, () => 'W/"v1"').handler), { sink: weak });
    await expect(failed).rejects.toMatchObject({ code: 'input_truncated' });
  });

  it('starts over in a file when the content changed in between, and fails in a stream', async () => {
    const changing = () => resumable(1, (n) => `"v${n}"`).handler;
    expect((await get(await origin(changing()))).done).toMatchObject({ sha256, etag: '"v2"' });
    const sink = new PassThrough().resume();
    await expect(get(await origin(changing()), { sink })).rejects.toMatchObject({ code: 'input_changed' });
  });

  it('does not believe a range that is not the one asked for', async () => {
    let n = 0;
    const url = await origin((_req, res) => {
      n++;
      const range = n > 1 && { 'content-range': `bytes 5-${clip.length - 1}/${clip.length}` };
      res.writeHead(n > 1 ? 206 : 200, { etag: '"v1"', 'content-length': clip.length, ...range });
      res.write(clip.subarray(0, 1000), () => res.socket?.end());
    });
    expect(await codeOf(url)).toBe('input_changed');
  });

  it.each([
    ['fewer bytes than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort'],
    ['chunks without an end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n'],
  ])('takes %s as truncated', async (_what, text) => {
    const url = await rawOrigin((socket) => void socket.end(text));
    expect(await codeOf(url)).toBe('input_truncated');
  });

  it('takes a reset in the body as truncated, before it as unreachable', async () => {
    const cut = await rawOrigin((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort', () => socket.resetAndDestroy());
    });
    expect(await codeOf(cut)).toBe('input_truncated');
    expect(await codeOf(await rawOrigin((socket) => void socket.resetAndDestroy()))).toBe('input_unreachable');
    expect(await codeOf(await rawOrigin((socket) => void socket.end('220 smtp.example.com\r\n')))).toBe(
      'input_unreachable',
    );
  });

  it('stops an endless body exactly at the limit', async () => {
    const url = await origin((_req, res) => answerForever(res, clip));
    let written = 0;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, callback) => {
        written += chunk.length;
        callback();
      },
    });
    await expect(egress.download(url, { sink, sizeBytesMax: 100_000 })).rejects.toMatchObject({
      code: 'input_too_large',
    });
    expect(written).toBeLessThanOrEqual(100_000);
    expect(await codeOf(url, { sizeBytesMax: 100_000 })).toBe('input_too_large');
  });

  it('takes exactly the limit, and does not begin with more', async () => {
    const url = await origin((_req, res) => void res.writeHead(200, { 'content-length': clip.length }).end(clip));
    expect((await get(url, { sizeBytesMax: clip.length })).done.sizeBytes).toBe(clip.length);
    const seen: DownloadProgress[] = [];
    const options = { sizeBytesMax: clip.length - 1, onProgress: (progress: DownloadProgress) => seen.push(progress) };
    expect(await codeOf(url, options)).toBe('input_too_large');
    expect(seen).toEqual([]);
  });

  it('fails in bounded time when the server stalls', async () => {
    const limits = { idleTimeoutMs: 100, triesMax: 1 };
    expect(await codeOf(await rawOrigin(() => {}), limits)).toBe('input_timeout');
    expect(await codeOf(await rawOrigin((socket) => void socket.write('HTTP/1.1 200 OK\r\n')), limits)).toBe(
      'input_timeout',
    );
    const midBody = await rawOrigin((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'));
    expect(await codeOf(midBody, limits)).toBe('input_timeout');
  });

  it('fails when no connection comes about', async () => {
    const stuck = createEgress({ allowPrivateIps: true, dialler: () => new Promise(() => {}) });
    const options = { sink: target(), sizeBytesMax: 1, connectTimeoutMs: 50 };
    await expect(stuck.download('http://127.0.0.1/', options)).rejects.toMatchObject({
      code: 'input_timeout',
      retryable: true,
    });
    const lost = createEgress({ allowPrivateIps: true, resolver: async () => Promise.reject(new Error('ENOTFOUND')) });
    await expect(lost.download('http://gone.test/', options)).rejects.toMatchObject({
      code: 'input_unreachable',
      fault: 'input',
    });
    const url = await rawOrigin(() => {});
    closeAll();
    expect(await codeOf(url)).toBe('input_unreachable');
  });

  it('fails when the server only drips', async () => {
    let nowMs = 0;
    const slow = createEgress({ allowPrivateIps: true, now: () => (nowMs += 31_000) });
    const url = await origin((_req, res) => void res.write('x'));
    await expect(get(url, {}, slow)).rejects.toMatchObject({ code: 'input_timeout' });
  });

  it('names errors of the server and empty answers', async () => {
    const answering = (status: number) => origin((_req, res) => void res.writeHead(status).end());
    expect(await codeOf(await answering(404))).toBe('input_http_error');
    expect(await codeOf(await answering(200))).toBe('input_empty');
    await expect(get(await answering(503))).rejects.toMatchObject({ code: 'input_http_error', retryable: true });
  });

  it('ends when the caller aborts', async () => {
    const abort = new AbortController();
    const url = await origin((_req, res) => void res.write(clip));
    const options = { signal: abort.signal, onProgress: () => abort.abort(new Error('cancelled')) };
    expect(await codeOf(url, options)).toBe('Error: cancelled');
  });

  it('sends only the headers it may', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const url = await origin((req, res) => {
      seen.push(req.headers);
      res.end('x');
    });
    await get(url, { headers: { 'User-Agent': 'mine', 'ngrok-skip-browser-warning': '1' }, authorization: 'Bearer t' });
    expect(seen[0]).toMatchObject({
      'user-agent': 'mine',
      'ngrok-skip-browser-warning': '1',
      authorization: 'Bearer t',
    });
    expect(seen[0]?.['accept-encoding']).toBe('identity');
    for (const [name, value] of [
      ['Cookie', 'a'],
      ['host', 'b'],
      ['authorization', 'c'],
      ['accept', 'a\r\nx: y'],
      ['a b', 'c'],
    ]) {
      expect(await codeOf(url, { headers: { [name!]: value! } })).toBe('header_refused');
    }
    expect(seen).toHaveLength(1);
  });

  it('does not use proxies of the environment', async () => {
    let hits = 0;
    const proxy = await rawOrigin(() => hits++);
    const url = await origin((_req, res) => void res.end('direct'));
    const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy'];
    for (const name of names) process.env[name] = proxy;
    try {
      expect((await get(url)).bytes?.toString()).toBe('direct');
    } finally {
      for (const name of names) delete process.env[name];
    }
    expect(hits).toBe(0);
  });
});
