import { join } from 'node:path';
import type { BlobStore } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import { createHttpBlobStore, deriveBlobToken } from '@ffapi/blob-http';
import type { Config } from '@ffapi/config';

export interface OpenBlobStore {
  readonly blobs: BlobStore;
  close(): void;
}

/** The bytes as this process reaches them: over the storage service, in a bucket, or in a folder of its own. */
export const openBlobStore = async (config: Config, dataDir: string, key: Buffer): Promise<OpenBlobStore> => {
  if (config.BLOB_URL !== undefined) {
    const blobs = createHttpBlobStore({ url: config.BLOB_URL, token: deriveBlobToken(key) });
    return { blobs, close: () => blobs.close() };
  }
  if (config.STORAGE_BACKEND === 's3') return openBucket(config);
  return { blobs: createFileBlobStore({ dir: join(dataDir, 'blobs') }), close: () => {} };
};

const openBucket = async (config: Config): Promise<OpenBlobStore> => {
  // Loaded where it is used: the SDK costs a laptop's start for nothing.
  const { createS3BlobStore } = await import('@ffapi/blob-s3');
  const { S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey } = config;
  const blobs = createS3BlobStore({
    bucket: config.S3_BUCKET ?? '',
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: config.S3_FORCE_PATH_STYLE ?? config.S3_ENDPOINT !== undefined,
    prefix: config.S3_PREFIX,
    storageClass: config.S3_STORAGE_CLASS,
  });
  await blobs.check().catch((error: Error) => {
    blobs.close();
    throw new Error(`STORAGE_BACKEND=s3: ${error.message}`);
  });
  return { blobs, close: () => blobs.close() };
};
