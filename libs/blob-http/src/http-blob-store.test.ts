import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { BlobCorrupt, blobRefOf, BlobStoreUnavailable, createMemoryBlobStore, type BlobStore } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { blobHttpHandler, blobTokenVerifier, createHttpBlobStore, deriveBlobToken } from './index.ts';

const secret = Buffer.from('a shared secret of the platform');
const token = deriveBlobToken(secret);

const listen = async (handler: RequestListener) => {
  const server = createServer(handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const stop = (server: Server) => {
  server.closeAllConnections();
  server.close();
};

const serve = async (store: BlobStore) => {
  const handler = blobHttpHandler({ store, verifyToken: blobTokenVerifier(secret), prefix: '/internal' });
  const { server, url } = await listen((req, res) => void handler(req, res));
  const client = createHttpBlobStore({ url: `${url}/internal`, token, retryDelaysMs: [0, 0] });
  const close = async () => {
    await client.close();
    stop(server);
  };
  return { url, client, close };
};

blobStoreSuite('http', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'ffapi-blob-http-'));
  const normal = await serve(createFileBlobStore({ dir }));
  const full = await serve(createFileBlobStore({ dir: join(dir, 'full'), freeBytesMin: Number.MAX_SAFE_INTEGER }));
  return {
    store: normal.client,
    fullStore: full.client,
    isLocal: false,
    givesLinks: false,
    close: async () => {
      await Promise.all([normal.close(), full.close()]);
      await rm(dir, { recursive: true });
    },
  };
});

describe('blobs over http', () => {
  const store = createMemoryBlobStore();
  const closers: (() => unknown)[] = [];
  let dir: string;
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ffapi-blob-http-'));
    served = await serve(store);
  });
  afterAll(async () => {
    await served.close();
    await rm(dir, { recursive: true });
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  /** The real handler behind a door that may break what passes. */
  const behind = async (door: (handler: RequestListener) => RequestListener) => {
    const handler = blobHttpHandler({ store, verifyToken: () => true });
    const { server, url } = await listen(door((req, res) => void handler(req, res)));
    const client = createHttpBlobStore({ url, token, retryDelaysMs: [0, 0] });
    closers.push(
      () => client.close(),
      () => stop(server),
    );
    return client;
  };

  it('turns away every token but the derived one', async () => {
    const ref = await store.put(Buffer.from('guarded'));
    const url = `${served.url}/internal/blobs/${ref.sha256}`;
    for (const authorization of ['', 'Bearer x', `Basic ${token}`, `Bearer ${token}x`]) {
      expect((await fetch(url, { headers: { authorization } })).status).toBe(401);
    }
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect(token).not.toContain(secret.toString());
  });

  it('answers ranges as HTTP does and knows no other paths', async () => {
    const ref = await store.put(Buffer.from('0123456789'));
    const ask = (path: string, range = '', method = 'GET') =>
      fetch(`${served.url}${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(range && { range }) } });
    const path = `/internal/blobs/${ref.sha256}`;
    const part = await ask(path, 'bytes=2-4');
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    expect((await ask(path, 'bytes=10-')).status).toBe(416);
    expect((await ask(path, 'bytes=4-2')).status).toBe(416);
    expect((await ask(path, 'lines=1-2')).status).toBe(200);
    expect((await ask(path, '', 'PATCH')).status).toBe(405);
    expect((await ask('/internal/blobs/..%2f..%2fetc')).status).toBe(404);
    expect((await ask(`/blobs/${ref.sha256}`)).status).toBe(404);
  });

  it('repeats what can be repeated when the connection is lost', async () => {
    let lost = 0;
    const client = await behind((handler) => (req, res) => {
      if (lost++ % 2 === 0) return void req.socket.destroy();
      handler(req, res);
    });
    const bytes = randomBytes(200_000);
    const ref = await client.put(bytes);
    expect(ref).toEqual(blobRefOf(bytes));
    const path = join(dir, 'upload');
    await writeFile(path, randomBytes(1000));
    await client.putFile(path);
    expect(await client.has(ref)).toBe(true);
    expect(await buffer(await client.get(ref))).toEqual(bytes);
  });

  it('says so when a stream cannot be sent again', async () => {
    const client = await behind(() => (req) => void req.socket.destroy());
    await expect(client.put(Readable.from([randomBytes(10)]))).rejects.toBeInstanceOf(BlobStoreUnavailable);
    await expect(client.has(blobRefOf(Buffer.from('x')))).rejects.toBeInstanceOf(BlobStoreUnavailable);
  });

  it('fetches to a file and goes on where the connection broke', async () => {
    const bytes = randomBytes(3_000_000);
    const ref = await store.put(bytes);
    const ranges: (string | undefined)[] = [];
    const client = await behind((handler) => (req, res) => {
      ranges.push(req.headers.range);
      if (ranges.length > 1) return handler(req, res);
      res.writeHead(200, { 'content-length': bytes.length });
      res.write(bytes.subarray(0, 1_000_000), () => res.destroy());
    });
    const path = join(dir, 'fetched');
    expect(await client.fetchTo(ref, path)).toEqual(ref);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(ranges).toHaveLength(2);
    expect(Number(/^bytes=(\d+)-$/.exec(ranges[1]!)![1])).toBeGreaterThan(0);
  });

  it('refuses bytes that do not have the digest and leaves no file', async () => {
    const client = await behind(() => (_req, res) => void res.end('something else'));
    const path = join(dir, 'corrupt');
    await expect(client.fetchTo(blobRefOf(Buffer.from('expected')), path)).rejects.toBeInstanceOf(BlobCorrupt);
    expect(existsSync(path)).toBe(false);
    expect((await readdir(dir)).filter((name) => name.startsWith('corrupt'))).toEqual([]);
  });

  it('does not send a file whose content is there already', async () => {
    const methods: (string | undefined)[] = [];
    const client = await behind((handler) => (req, res) => {
      methods.push(req.method);
      handler(req, res);
    });
    const path = join(dir, 'known');
    await writeFile(path, 'known content');
    await store.put(Buffer.from('known content'));
    await client.putFile(path, { move: true });
    expect(methods).toEqual(['POST']);
    expect(existsSync(path)).toBe(false);
  });

  it('hands on the direct link of the store behind it', async () => {
    const options = { contentType: 'video/mp4', contentDisposition: 'inline; filename="a&b.mp4"', lifetimeMs: 5000 };
    const directLink = vi.fn<BlobStore['directLink']>(async () => 'https://bucket.example/x?signed');
    const linked = await serve({ ...store, directLink });
    closers.push(linked.close);
    const { sha256 } = blobRefOf(Buffer.from('x'));
    expect(await linked.client.directLink({ sha256 }, options)).toBe('https://bucket.example/x?signed');
    expect(directLink).toHaveBeenCalledWith({ sha256 }, options);
  });

  it('lets go of a blob whose reader has hung up before it was opened', async () => {
    const body = new Readable({ read() {} });
    const [asked, gone, told] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const slow: BlobStore = {
      ...store,
      get: async () => {
        asked!.resolve();
        await gone!.promise;
        return body;
      },
    };
    const handler = blobHttpHandler({ store: slow, verifyToken: () => true, onError: () => told!.resolve() });
    const { server, url } = await listen((req, res) => {
      res.once('close', () => gone!.resolve());
      void handler(req, res);
    });
    closers.push(() => stop(server));
    const { sha256 } = await store.put(Buffer.from('asked for in vain'));
    const hangUp = new AbortController();
    const answer = fetch(`${url}/blobs/${sha256}`, { headers: { authorization: 'Bearer x' }, signal: hangUp.signal });
    answer.catch(() => {});
    await asked!.promise;
    hangUp.abort();
    await told!.promise;
    expect(body.destroyed).toBe(true);
  });

  it('hears from a store that fails behind the handler', async () => {
    const errors: unknown[] = [];
    const failing: BlobStore = {
      ...store,
      head: async () => Promise.reject(new Error('disk gone')),
    };
    const handler = blobHttpHandler({
      store: failing,
      verifyToken: () => true,
      onError: (error) => errors.push(error),
    });
    const { server, url } = await listen((req, res) => void handler(req, res));
    const client = createHttpBlobStore({ url, token, retryDelaysMs: [] });
    closers.push(
      () => client.close(),
      () => stop(server),
    );
    await expect(client.head(blobRefOf(Buffer.from('x')))).rejects.toBeInstanceOf(BlobStoreUnavailable);
    expect(errors).toHaveLength(1);
  });
});
