import { BlobNotFound, readBlob, type BlobKey, type BlobStore } from '@ffapi/blob';

/** Digests of the files of a folder; one whose manifest is lost has none left. */
export const listedIn = async (blobs: BlobStore, manifest: BlobKey): Promise<readonly string[]> => {
  try {
    const entries = JSON.parse((await readBlob(blobs, manifest)).toString('utf8')) as { sha256: string }[];
    return entries.map(({ sha256 }) => sha256);
  } catch (error) {
    if (error instanceof BlobNotFound) return [];
    throw error;
  }
};
