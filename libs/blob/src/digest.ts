import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BlobBody, BlobRef } from './blob-store.ts';
import { BlobTooLarge } from './failures.ts';

/** The body as a stream; a buffer is one chunk. */
export const readableFrom = (body: BlobBody): Readable =>
  body instanceof Readable ? body : Readable.from(body instanceof Uint8Array ? [Buffer.from(body)] : body);

/** A pass-through for pipelines that counts, hashes and stops at the limit. */
export interface Meter {
  through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** What has passed so far. */
  ref(): BlobRef;
}

export const createMeter = (sizeBytesMax = Number.POSITIVE_INFINITY): Meter => {
  const hash: Hash = createHash('sha256');
  let sizeBytes = 0;
  return {
    async *through(source) {
      for await (const chunk of source) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > sizeBytesMax) throw new BlobTooLarge(sizeBytesMax);
        hash.update(chunk);
        yield chunk;
      }
    },
    ref: () => ({ sha256: hash.copy().digest('hex'), sizeBytes }),
  };
};

/** The bytes of an open file from its beginning; the handle stays open. */
export const streamOf = (file: FileHandle, options: { signal?: AbortSignal | undefined } = {}): Readable =>
  file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20, ...options });

/** Digest and size of an open file, read once. */
export const digestFile = async (
  file: FileHandle,
  options: { sizeBytesMax?: number; signal?: AbortSignal } = {},
): Promise<BlobRef> => {
  const meter = createMeter(options.sizeBytesMax);
  for await (const _ of meter.through(streamOf(file, { signal: options.signal }))) continue;
  return meter.ref();
};

/** Whether this is a lower-case hex SHA-256; everything else never becomes part of a path. */
export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The digest that content would be stored under. */
export const blobRefOf = (bytes: Uint8Array): BlobRef => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.byteLength,
});
