import { assetAggregate, isShowable, type AssetEvent, type AssetStoredData, type MediaStatus } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { madeStatus } from '@ffapi/job-view';

/** A stored file as lists need it. */
export type FileDocument = AssetStoredData & {
  readonly mediaStatus: MediaStatus;
  readonly createdAt: string;
};

const evolve = (file: FileDocument | null, { event, occurredAt }: ProjectedEvent<AssetEvent>): FileDocument | null => {
  switch (event.type) {
    case 'AssetStored': {
      const { media, origin } = event.data;
      const isSeen = isShowable(media) || origin.kind === 'job';
      return { ...event.data, mediaStatus: isSeen ? madeStatus(media) : 'pending', createdAt: occurredAt };
    }
    case 'AssetProbed': {
      const { media } = event.data;
      return file && { ...file, media: file.media ?? media, mediaStatus: madeStatus(file.media ?? media) };
    }
    case 'AssetThumbnailMade':
      return file;
    case 'AssetDeleted':
      return null;
  }
};

export const files: Projection<AssetEvent, FileDocument> = {
  name: 'files',
  version: 2,
  streams: [assetAggregate.pattern],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['apiKeyId', 'name'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.fileId],
  evolve,
};
