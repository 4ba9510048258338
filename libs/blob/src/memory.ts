import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobKey, BlobRef, BlobStore, ByteRange, PutOptions, StoredBlob } from './blob-store.ts';
import { createMeter, readableFrom, streamOf } from './digest.ts';
import { BlobNotFound, BlobStoreFull } from './failures.ts';
import { noLink } from './no-link.ts';
import { openPlainFile } from './plain-file.ts';

/** A blob store for tests that forgets everything; `capacityBytes` makes it run full. */
export const createMemoryBlobStore = (options: { capacityBytes?: number } = {}): BlobStore => {
  const blobs = new Map<string, { bytes: Buffer; modifiedAt: Date }>();
  const freeBytes = () =>
    [...blobs.values()].reduce((free, blob) => free - blob.bytes.byteLength, options.capacityBytes ?? 1 << 30);

  const find = ({ sha256 }: BlobKey) => {
    const blob = blobs.get(sha256);
    if (!blob) throw new BlobNotFound(sha256);
    return blob;
  };

  const put = async (
    body: AsyncIterable<Uint8Array> | Uint8Array,
    { sizeBytesMax, signal }: PutOptions = {},
  ): Promise<BlobRef> => {
    signal?.throwIfAborted();
    const meter = createMeter(sizeBytesMax);
    const chunks: Uint8Array[] = [];
    for await (const chunk of meter.through(readableFrom(body))) {
      signal?.throwIfAborted();
      chunks.push(chunk);
    }
    const ref = meter.ref();
    if (!blobs.has(ref.sha256) && ref.sizeBytes > freeBytes()) throw new BlobStoreFull('the memory store is full');
    blobs.set(ref.sha256, { bytes: Buffer.concat(chunks), modifiedAt: new Date() });
    return ref;
  };

  return {
    put,
    putFile: async (path, { move, as, ...limits } = {}) => {
      await using file = await openPlainFile(path, { as });
      const ref = await put(streamOf(file), limits);
      if (move) await rm(path);
      return ref;
    },
    get: async (key, { range } = {}) => Readable.from([slice(find(key).bytes, range)]),
    head: async (key) => stored(key.sha256, find(key)),
    has: async ({ sha256 }) => blobs.has(sha256),
    touch: async ({ sha256 }) => {
      const blob = blobs.get(sha256);
      if (blob) blobs.set(sha256, { ...blob, modifiedAt: new Date() });
      return blob !== undefined;
    },
    delete: async ({ sha256 }, { putBefore } = {}) => {
      const blob = blobs.get(sha256);
      const isSpared = putBefore !== undefined && blob !== undefined && blob.modifiedAt >= putBefore;
      return !isSpared && blobs.delete(sha256);
    },
    sweepIncoming: async () => 0,
    async *list(after = '') {
      for (const sha256 of [...blobs.keys()].sort()) {
        const blob = blobs.get(sha256);
        if (blob && sha256 > after) yield stored(sha256, blob);
      }
    },
    localPath: async () => null,
    directLink: async ({ sha256 }) => noLink(sha256),
    freeBytes: async () => freeBytes(),
  };
};

const stored = (sha256: string, blob: { bytes: Buffer; modifiedAt: Date }): StoredBlob => ({
  sha256,
  sizeBytes: blob.bytes.byteLength,
  modifiedAt: blob.modifiedAt,
});

const slice = (bytes: Buffer, range?: ByteRange): Buffer => {
  if (!range) return bytes;
  if (range.start >= bytes.byteLength) throw new RangeError('the range starts behind the end');
  return bytes.subarray(range.start, range.end === undefined ? undefined : range.end + 1);
};
