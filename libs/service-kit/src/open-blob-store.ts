import { deriveBlobToken, createHttpBlobStore } from '@ffapi/blob-http';
import type { OpenBackend, OpenedBackend } from '@ffapi/blob';
import type { Config, StorageBackendName } from '@ffapi/config';

/** Loaded where it is chosen: the SDK of a cloud costs a laptop's start for nothing. */
const backends: Readonly<Record<StorageBackendName, () => Promise<OpenBackend<Config>>>> = {
  local: async () => (await import('@ffapi/blob-fs')).openBackend,
  s3: async () => (await import('@ffapi/blob-s3')).openBackend,
  azure: async () => (await import('@ffapi/blob-azure')).openBackend,
  gcs: async () => (await import('@ffapi/blob-gcs')).openBackend,
};

/** The bytes as this process reaches them: over the storage service, or in the back end that the settings name. */
export const openBlobStore = async (config: Config, dataDir: string, key: Buffer): Promise<OpenedBackend> => {
  if (config.BLOB_URL !== undefined) {
    const blobs = createHttpBlobStore({ url: config.BLOB_URL, token: deriveBlobToken(key) });
    return { blobs, close: () => blobs.close() };
  }
  const open = await backends[config.STORAGE_BACKEND]();
  return open(config, dataDir);
};
