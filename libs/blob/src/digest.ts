import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
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

/** Digest and size of a file, read once. */
export const digestFile = async (
  path: string,
  options: { sizeBytesMax?: number; signal?: AbortSignal } = {},
): Promise<BlobRef> => {
  const meter = createMeter(options.sizeBytesMax);
  const source = createReadStream(path, { highWaterMark: 1 << 20, signal: options.signal });
  for await (const _ of meter.through(source)) continue;
  return meter.ref();
};

/** Whether this is a lower-case hex SHA-256; everything else never becomes part of a path. */
export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The digest that content would be stored under. */
export const blobRefOf = (bytes: Uint8Array): BlobRef => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.byteLength,
});
