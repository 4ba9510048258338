import type { AssetEvent } from '@ffapi/contracts';
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
  return event.type === 'AssetStored'
    ? {
        apiKeyId,
        bytes: bytes + event.data.sizeBytes,
        files: files + 1,
        newest: [event.data.fileId, ...newest].slice(0, newestMax),
      }
    : { apiKeyId, bytes: bytes - (event.data.sizeBytes ?? 0), files: files - 1, newest };
};

/** Totals by key, for storage quotas. */
export const storedBytes: Projection<AssetEvent, StoredBytes> = {
  name: 'stored-bytes',
  version: 1,
  streams: ['asset.>'],
  indexes: [{ where: [], sort: 'apiKeyId' }],
  keys: ({ event }) => [event.data.apiKeyId],
  evolve,
};
