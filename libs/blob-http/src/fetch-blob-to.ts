import { randomUUID } from 'node:crypto';
import { open as openFile, rename, rm } from 'node:fs/promises';
import { BlobCorrupt, createMeter, type BlobKey, type BlobRef } from '@ffapi/blob';

export interface FetchBlobTo {
  readonly key: BlobKey;
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Opens the blob from this byte on. */
  readonly open: (start: number) => Promise<AsyncIterable<Uint8Array>>;
  readonly retrying: <T>(attempt: () => Promise<T>) => Promise<T>;
}

/** Writes a blob to a file and checks its digest; each repeat goes on behind the last byte that was written. */
export const fetchBlobTo = async ({ key, path, signal, open, retrying }: FetchBlobTo): Promise<BlobRef> => {
  const partial = `${path}.${randomUUID()}.part`;
  const meter = createMeter();
  const file = await openFile(partial, 'wx');
  try {
    await retrying(async () => {
      const start = meter.ref().sizeBytes;
      const body = await open(start).catch((error: unknown) => {
        // The connection broke behind the last byte: there is nothing left to ask for.
        if (start > 0 && error instanceof RangeError) return null;
        throw error;
      });
      if (!body) return;
      for await (const chunk of meter.through(body)) {
        signal?.throwIfAborted();
        await file.writeFile(chunk);
      }
    });
    await file.close();
    const ref = meter.ref();
    if (ref.sha256 !== key.sha256) throw new BlobCorrupt(key.sha256);
    await rename(partial, path);
    return ref;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  }
};
