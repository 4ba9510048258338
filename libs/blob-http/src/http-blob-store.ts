import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BlobCorrupt,
  BlobNotFound,
  BlobStoreUnavailable,
  createMeter,
  digestFile,
  isSha256,
  isFound,
  openPlainFile,
  readableFrom,
  streamOf,
  type BlobKey,
  type BlobRef,
  type BlobStore,
  type ByteRange,
  type PutOptions,
} from '@ffapi/blob';
import { Agent, type Dispatcher } from 'undici';
import { fetchBlobTo } from './fetch-blob-to.ts';
import { failureOf, fromLine, headers, type Asked } from './wire.ts';

export interface HttpBlobStoreOptions {
  /** Where `blobHttpHandler` is mounted, prefix included. */
  readonly url: string;
  readonly token: string;
  /** Waits between tries of what can be repeated; its length is the number of repeats. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly idleTimeoutMs?: number | undefined;
}

export interface HttpBlobStore extends BlobStore {
  /**
   * Writes the blob to a file and checks its digest; a lost connection is picked up where it broke off.
   * The file appears under its name only when it is whole.
   */
  fetchTo(key: BlobKey, path: string, options?: { signal?: AbortSignal }): Promise<BlobRef>;
  close(): Promise<void>;
}

type Call = { method: Dispatcher.HttpMethod; path: string; asked: Asked; signal?: AbortSignal | undefined } & Partial<
  Pick<Dispatcher.RequestOptions, 'headers' | 'body'>
>;

/** A blob store on another machine; everything but the put of a stream is repeated when the connection is lost. */
export const createHttpBlobStore = (options: HttpBlobStoreOptions): HttpBlobStore => {
  const { url, token, retryDelaysMs = [100, 400, 1600], idleTimeoutMs = 30_000 } = options;
  const agent = new Agent({
    connect: { timeout: 5000 },
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    allowH2: false,
  });

  const once = async ({ asked, path, headers: extra, ...call }: Call): Promise<Dispatcher.ResponseData> => {
    const { origin, pathname } = new URL(url);
    const request = { ...call, origin, path: `${pathname.replace(/\/$/, '')}${path}` };
    const answer = await agent
      .request({ ...request, headers: { authorization: `Bearer ${token}`, ...extra } })
      .catch((error: unknown) => {
        if (call.signal?.aborted) throw error;
        throw new BlobStoreUnavailable('the blob endpoint cannot be reached', { cause: error });
      });
    if (answer.statusCode < 300) return answer;
    await answer.body.dump().catch(() => {});
    throw failureOf(answer.statusCode, asked);
  };

  const retrying = async <T>(attempt: () => Promise<T>): Promise<T> => {
    for (const delayMs of retryDelaysMs) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof BlobStoreUnavailable)) throw error;
        await sleep(delayMs);
      }
    }
    return attempt();
  };

  const upload = async (body: AsyncIterable<Uint8Array>, { sizeBytesMax, signal }: PutOptions): Promise<BlobRef> => {
    const meter = createMeter(sizeBytesMax);
    let broke: { error: unknown } | undefined;
    const observed = async function* () {
      try {
        yield* meter.through(body);
      } catch (error) {
        broke = { error };
        throw error;
      }
    };
    const extra = sizeBytesMax === undefined ? {} : { [headers.sizeBytesMax]: String(sizeBytesMax) };
    try {
      const asked = { sizeBytesMax };
      const sent = Readable.from(observed(), { objectMode: false });
      const answer = await once({ method: 'PUT', path: '/blobs', asked, body: sent, headers: extra, signal });
      const stored = (await answer.body.json()) as BlobRef;
      if (stored.sha256 !== meter.ref().sha256) throw new BlobCorrupt(stored.sha256);
      return stored;
    } catch (error) {
      throw broke ? broke.error : error;
    }
  };

  const get = async (key: BlobKey, range?: ByteRange, signal?: AbortSignal) => {
    const path = pathOf(key);
    const extra = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {};
    const answer = await retrying(() => once({ method: 'GET', path, asked: key, headers: extra, signal }));
    return Readable.from(unbroken(answer.body), { objectMode: false });
  };

  const head = async (key: BlobKey) => {
    const path = pathOf(key);
    const answer = await retrying(() => once({ method: 'HEAD', path, asked: key }));
    await answer.body.dump();
    const modifiedAt = new Date(String(answer.headers[headers.modifiedAt]));
    return { sha256: key.sha256, sizeBytes: Number(answer.headers['content-length']), modifiedAt };
  };

  const touch = async (key: BlobKey): Promise<boolean> => {
    const path = pathOf(key);
    try {
      const answer = await retrying(() => once({ method: 'POST', path, asked: key }));
      await answer.body.dump();
      return true;
    } catch (error) {
      if (error instanceof BlobNotFound) return false;
      throw error;
    }
  };

  return {
    put: (body, limits = {}) =>
      body instanceof Uint8Array ? retrying(() => upload(readableFrom(body), limits)) : upload(body, limits),
    putFile: async (path, { move, as, ...limits } = {}) => {
      await using file = await openPlainFile(path, { as });
      const ref = await digestFile(file, limits);
      if (!(await touch(ref))) {
        const { sha256 } = await retrying(() => upload(streamOf(file), limits));
        if (sha256 !== ref.sha256) throw new Error(`${path} was written to while it was stored`);
      }
      if (move) await rm(path);
      return ref;
    },
    get: (key, { range, signal } = {}) => get(key, range, signal),
    head,
    has: (key) => isFound(head(key)),
    touch,
    delete: async (key, { putBefore } = {}) => {
      if (!isSha256(key.sha256)) return false;
      const query = putBefore === undefined ? '' : `?before=${encodeURIComponent(putBefore.toISOString())}`;
      const call = { method: 'DELETE', path: `/blobs/${key.sha256}${query}`, asked: key } as const;
      const answer = await retrying(() => once(call));
      return ((await answer.body.json()) as { deleted: boolean }).deleted;
    },
    async *list(after = '') {
      const path = `/blobs?after=${encodeURIComponent(after)}`;
      const answer = await retrying(() => once({ method: 'GET', path, asked: {} }));
      for await (const line of createInterface({ input: Readable.from(unbroken(answer.body)) })) yield fromLine(line);
    },
    localPath: async () => null,
    directLink: async (key, { contentType, contentDisposition, lifetimeMs }) => {
      const query = new URLSearchParams({ contentType, contentDisposition, lifetimeMs: String(lifetimeMs) });
      const path = `${pathOf(key)}/link?${query}`;
      const answer = await retrying(() => once({ method: 'GET', path, asked: key }));
      return ((await answer.body.json()) as { link: string | null }).link;
    },
    sweepIncoming: async () => 0,
    freeBytes: async () => {
      const answer = await retrying(() => once({ method: 'GET', path: '/space', asked: {} }));
      return ((await answer.body.json()) as { freeBytes: number }).freeBytes;
    },
    fetchTo: (key, path, { signal } = {}) =>
      fetchBlobTo({
        key,
        path,
        signal,
        retrying,
        open: (start) => get(key, start > 0 ? { start } : undefined, signal),
      }),
    close: () => agent.destroy(),
  };
};

const pathOf = ({ sha256 }: BlobKey): string => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  return `/blobs/${sha256}`;
};

async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new BlobStoreUnavailable('the connection to the blob endpoint was lost', { cause: error });
  }
}
