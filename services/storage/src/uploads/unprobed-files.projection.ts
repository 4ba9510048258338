import { assetAggregate, type AssetEvent, type BlobRef } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** An upload that nobody has looked at yet. */
export type UnprobedFile = {
  readonly blob: BlobRef;
  readonly storedAt: string;
};

const evolve = (
  before: UnprobedFile | null,
  { event, occurredAt }: ProjectedEvent<AssetEvent>,
): UnprobedFile | null => {
  switch (event.type) {
    case 'AssetStored': {
      const { origin, media, blob } = event.data;
      return origin.kind === 'upload' && media === null ? { blob, storedAt: occurredAt } : null;
    }
    case 'AssetThumbnailMade':
    case 'AssetDescribed':
      return before;
    case 'AssetProbed':
    case 'AssetDeleted':
      return null;
  }
};

/** Uploads that are still to be looked at, oldest first. */
export const unprobedFiles: Projection<AssetEvent, UnprobedFile> = {
  name: 'unprobed-files',
  version: 1,
  streams: [assetAggregate.pattern],
  indexes: [{ where: [], sort: 'storedAt' }],
  keys: ({ event }) => [event.data.fileId],
  evolve,
};
