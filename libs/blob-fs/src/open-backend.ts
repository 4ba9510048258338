import { join } from 'node:path';
import type { OpenBackend } from '@ffapi/blob';
import { createFileBlobStore } from './file-blob-store.ts';

/** STORAGE_BACKEND=local: a folder in the data folder. */
export const openBackend: OpenBackend<object> = async (_settings, dataDir) => ({
  blobs: createFileBlobStore({ dir: join(dataDir, 'blobs') }),
  close: () => {},
});
