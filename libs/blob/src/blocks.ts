import { addAbortSignal, type Readable } from 'node:stream';

/** The source in pieces of one size, of which the last may be smaller; none of an empty source. */
export async function* blocksOf(source: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (let chunk of source) {
    while (heldBytes + chunk.byteLength >= sizeBytes) {
      const taken = sizeBytes - heldBytes;
      yield Buffer.concat([...held, chunk.subarray(0, taken)]);
      chunk = chunk.subarray(taken);
      [held, heldBytes] = [[], 0];
    }
    if (chunk.byteLength > 0) held.push(chunk);
    heldBytes += chunk.byteLength;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

/** Lets the source end with the caller's patience. */
export const until = (source: Readable, signal: AbortSignal | undefined): Readable =>
  signal ? addAbortSignal(signal, source) : source;
