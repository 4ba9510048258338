import type { BlobKey, BlobStore, GetOptions } from './blob-store.ts';

/** A blob, or a range of it, in memory: for what is known to be small. */
export const readBlob = async (store: BlobStore, key: BlobKey, options?: GetOptions): Promise<Buffer> =>
  Buffer.concat(await (await store.get(key, options)).toArray());
