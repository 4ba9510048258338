import { assetAggregate, type AssetEvent } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** What one key has stored, uploads and what its jobs made. */
export type StoredBytes = {
  readonly apiKeyId: string;
  readonly bytes: number;
  readonly files: number;
  /** The newest ones, by which those who reserve know that a file is counted in. */
  readonly newest: readonly string[];
};

const newestMax = 64;

const evolve = (
  before: StoredBytes | null,
  { event }: ProjectedEvent<AssetEvent>,
  apiKeyId: string,
): StoredBytes | null => {
  const { bytes, files, newest } = before ?? { bytes: 0, files: 0, newest: [] };
  switch (event.type) {
    case 'AssetStored': {
      const { fileId, sizeBytes } = event.data;
      return { apiKeyId, bytes: bytes + sizeBytes, files: files + 1, newest: [fileId, ...newest].slice(0, newestMax) };
    }
    case 'AssetDeleted':
      return { apiKeyId, bytes: bytes - (event.data.sizeBytes ?? 0), files: files - 1, newest };
    case 'AssetProbed':
    case 'AssetThumbnailMade':
    case 'AssetDescribed':
      return before;
  }
};

/** Totals by key, for storage quotas. */
export const storedBytes: Projection<AssetEvent, StoredBytes> = {
  name: 'stored-bytes',
  version: 1,
  streams: [assetAggregate.pattern],
  indexes: [{ where: [], sort: 'apiKeyId' }],
  keys: ({ event }) => [event.data.apiKeyId],
  evolve,
};
