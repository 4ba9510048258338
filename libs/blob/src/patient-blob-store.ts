import { Readable } from 'node:stream';
import type { BlobKey, BlobStore, ByteRange, GetOptions } from './blob-store.ts';
import { BlobStoreUnavailable } from './failures.ts';

/** Does the work, and again as long as it fails with `BlobStoreUnavailable` and is worth waiting for. */
export type Again = <T>(work: () => Promise<T>) => Promise<T>;

/** What is left of a range when so many of its bytes have come; `null`: nothing. */
const rest = (range: ByteRange | undefined, receivedBytes: number): ByteRange | null | undefined => {
  if (receivedBytes === 0) return range;
  const start = (range?.start ?? 0) + receivedBytes;
  return range?.end !== undefined && start > range.end ? null : { start, end: range?.end };
};

/** A body on its way, and its next chunk. */
interface Part {
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly next: IteratorResult<Uint8Array>;
}

/** The body of a blob from a store that may go away meanwhile: each `again` brings a chunk of it, or its end. */
const readOn = async (
  store: BlobStore,
  again: Again,
  key: BlobKey,
  { range, signal }: GetOptions,
): Promise<Readable> => {
  let receivedBytes = 0;
  let source: Readable | undefined;
  const open = async (): Promise<Part | null> => {
    const asked = rest(range, receivedBytes);
    if (asked === null) return null;
    try {
      source = await store.get(key, { range: asked, signal });
      const chunks: AsyncIterator<Uint8Array> = source[Symbol.asyncIterator]();
      return { chunks, next: await chunks.next() };
    } catch (error) {
      // It broke behind the last byte: there is nothing left to ask for.
      if (error instanceof RangeError && receivedBytes > 0) return null;
      throw error;
    }
  };
  const through = async function* ({ chunks, next }: Part): AsyncGenerator<Uint8Array> {
    for (let one = next; !one.done; one = await chunks.next()) {
      receivedBytes += one.value.byteLength;
      yield one.value;
    }
  };
  const all = async function* (first: Part | null): AsyncGenerator<Uint8Array> {
    for (let part = first; part !== null;) {
      try {
        return yield* through(part);
      } catch (error) {
        if (!(error instanceof BlobStoreUnavailable)) throw error;
        part = await again(open);
      }
    }
  };
  const chunks = all(await again(open));
  return new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, done) {
      source?.destroy();
      done(error);
    },
  });
};

/**
 * The same store for whoever can wait: what it cannot do for being away is done again. A body that breaks off goes on
 * where it broke, since a blob never changes; a stream that is put cannot be sent twice, and is not. The signal ends bodies
 * on their way for which none is given.
 */
export const patientBlobStore = (store: BlobStore, again: Again, signal?: AbortSignal): BlobStore => {
  return {
    put: (body, options) =>
      body instanceof Uint8Array ? again(() => store.put(body, options)) : store.put(body, options),
    putFile: (path, options) => again(() => store.putFile(path, options)),
    get: (key, options = {}) => readOn(store, again, key, { signal, ...options }),
    head: (key) => again(() => store.head(key)),
    has: (key) => again(() => store.has(key)),
    touch: (key) => again(() => store.touch(key)),
    delete: (key, options) => again(() => store.delete(key, options)),
    list: (after) => store.list(after),
    localPath: (key) => again(() => store.localPath(key)),
    directLink: (key, options) => again(() => store.directLink(key, options)),
    freeBytes: () => again(() => store.freeBytes()),
    sweepIncoming: (before) => store.sweepIncoming(before),
  };
};
