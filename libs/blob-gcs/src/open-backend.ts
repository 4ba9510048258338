import { readFile } from 'node:fs/promises';
import type { OpenBackend } from '@ffapi/blob';
import { createGcsBlobStore, type GcsCredentials } from './gcs-blob-store.ts';

interface GcsSettings {
  readonly GCS_BUCKET?: string | undefined;
  readonly GOOGLE_APPLICATION_CREDENTIALS?: string | undefined;
  readonly GCS_ENDPOINT?: string | undefined;
  readonly GCS_PUBLIC_ENDPOINT?: string | undefined;
  readonly GCS_PREFIX?: string | undefined;
}

/** STORAGE_BACKEND=gcs: a bucket, which must be there and let this process in. */
export const openBackend: OpenBackend<GcsSettings> = async (settings) => {
  try {
    const blobs = createGcsBlobStore({
      bucket: settings.GCS_BUCKET ?? '',
      credentials: await credentialsAt(settings.GOOGLE_APPLICATION_CREDENTIALS),
      endpoint: settings.GCS_ENDPOINT,
      publicEndpoint: settings.GCS_PUBLIC_ENDPOINT,
      prefix: settings.GCS_PREFIX,
    });
    await blobs.check().catch((error: Error) => {
      blobs.close();
      throw error;
    });
    return { blobs, close: () => blobs.close() };
  } catch (error) {
    throw new Error(`STORAGE_BACKEND=gcs: ${(error as Error).message}`, { cause: error });
  }
};

const credentialsAt = async (path: string | undefined): Promise<GcsCredentials | undefined> => {
  if (path === undefined) return undefined;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`GOOGLE_APPLICATION_CREDENTIALS cannot be read (${error.code})`);
  });
  try {
    const credentials = JSON.parse(text) as { readonly type?: unknown };
    if (typeof credentials.type === 'string') return credentials as GcsCredentials;
  } catch {
    // Not as `cause`: it would show what the file holds.
  }
  throw new Error(
    'GOOGLE_APPLICATION_CREDENTIALS is no file of credentials: take it as Google gives it, with its type',
  );
};
