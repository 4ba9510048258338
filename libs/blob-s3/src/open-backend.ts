import type { OpenBackend } from '@ffapi/blob';
import { createS3BlobStore } from './s3-blob-store.ts';

interface S3Settings {
  readonly S3_BUCKET?: string | undefined;
  readonly S3_REGION: string;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_PUBLIC_ENDPOINT?: string | undefined;
  readonly S3_ACCESS_KEY?: string | undefined;
  readonly S3_SECRET_KEY?: string | undefined;
  readonly S3_FORCE_PATH_STYLE?: boolean | undefined;
  readonly S3_PREFIX?: string | undefined;
  readonly S3_STORAGE_CLASS?: string | undefined;
}

/** STORAGE_BACKEND=s3: a bucket, which must be there and let this process in. */
export const openBackend: OpenBackend<S3Settings> = async (settings) => {
  const { S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey } = settings;
  const blobs = createS3BlobStore({
    bucket: settings.S3_BUCKET ?? '',
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    publicEndpoint: settings.S3_PUBLIC_ENDPOINT,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    forcePathStyle: settings.S3_FORCE_PATH_STYLE ?? settings.S3_ENDPOINT !== undefined,
    prefix: settings.S3_PREFIX,
    storageClass: settings.S3_STORAGE_CLASS,
  });
  await blobs.check().catch((error: Error) => {
    blobs.close();
    throw new Error(`STORAGE_BACKEND=s3: ${error.message}`);
  });
  return { blobs, close: () => blobs.close() };
};
