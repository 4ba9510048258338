import type { BlobStore } from './blob-store.ts';

export interface OpenedBackend {
  readonly blobs: BlobStore;
  close(): void;
}

/** How a back end is opened from the settings that are its own; throws when it cannot be used. */
export type OpenBackend<Settings> = (settings: Settings, dataDir: string) => Promise<OpenedBackend>;
