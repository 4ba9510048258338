import type { OpenBackend } from '@ffapi/blob';
import { createAzureBlobStore, type AzureAccount } from './azure-blob-store.ts';

interface AzureSettings {
  readonly AZURE_STORAGE_CONNECTION_STRING?: string | undefined;
  readonly AZURE_STORAGE_ACCOUNT?: string | undefined;
  readonly AZURE_STORAGE_KEY?: string | undefined;
  readonly AZURE_CONTAINER?: string | undefined;
  readonly AZURE_ENDPOINT?: string | undefined;
  readonly AZURE_PUBLIC_ENDPOINT?: string | undefined;
  readonly AZURE_PREFIX?: string | undefined;
}

/** STORAGE_BACKEND=azure: a container, which must be there and let this process in. */
export const openBackend: OpenBackend<AzureSettings> = async (settings) => {
  try {
    const blobs = createAzureBlobStore({
      account: accountOf(settings),
      container: settings.AZURE_CONTAINER ?? '',
      endpoint: settings.AZURE_ENDPOINT,
      publicEndpoint: settings.AZURE_PUBLIC_ENDPOINT,
      prefix: settings.AZURE_PREFIX,
    });
    await blobs.check().catch((error: Error) => {
      blobs.close();
      throw error;
    });
    return { blobs, close: () => blobs.close() };
  } catch (error) {
    throw new Error(`STORAGE_BACKEND=azure: ${(error as Error).message}`, { cause: error });
  }
};

const accountOf = (settings: AzureSettings): AzureAccount =>
  settings.AZURE_STORAGE_CONNECTION_STRING === undefined
    ? { name: settings.AZURE_STORAGE_ACCOUNT ?? '', key: settings.AZURE_STORAGE_KEY ?? '' }
    : { connectionString: settings.AZURE_STORAGE_CONNECTION_STRING };
