import { assetAggregate, type AssetEvent } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { hourOf } from '../requests/index.ts';

/** Bytes that came to one key's stored files in one hour, and that left them. */
export type StorageHour = {
  readonly hour: string;
  readonly apiKeyId: string;
  readonly storedBytes: number;
  readonly deletedBytes: number;
};

const evolve = (before: StorageHour | null, { event, occurredAt }: ProjectedEvent<AssetEvent>): StorageHour | null => {
  const { apiKeyId } = event.data;
  const hour = before ?? { hour: hourOf(occurredAt), apiKeyId, storedBytes: 0, deletedBytes: 0 };
  switch (event.type) {
    case 'AssetStored':
      return { ...hour, storedBytes: hour.storedBytes + event.data.sizeBytes };
    case 'AssetDeleted':
      return { ...hour, deletedBytes: hour.deletedBytes + (event.data.sizeBytes ?? 0) };
    case 'AssetProbed':
    case 'AssetThumbnailMade':
    case 'AssetDescribed':
      return before;
  }
};

/** How each key's storage grew and shrank, by the hour. */
export const storageHours: Projection<AssetEvent, StorageHour> = {
  name: 'storage-hours',
  version: 1,
  streams: [assetAggregate.pattern],
  indexes: [{ where: ['apiKeyId'], sort: 'hour' }],
  keys: ({ event, occurredAt }) => [`${hourOf(occurredAt)} ${event.data.apiKeyId}`],
  evolve,
};
