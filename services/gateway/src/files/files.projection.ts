import {
  assetAggregate,
  isShowable,
  type AssetDescription,
  type AssetEvent,
  type AssetStoredData,
  type MediaStatus,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { madeStatus } from '@ffapi/job-view';
import { termsOf } from './file-terms.ts';

/** A stored file as lists need it. */
export type FileDocument = AssetStoredData &
  AssetDescription & {
    readonly mediaStatus: MediaStatus;
    readonly createdAt: string;
    /** What it is found by, as `file-terms.ts` writes it. */
    readonly terms: readonly string[];
  };

const withTerms = (file: Omit<FileDocument, 'terms'>): FileDocument => ({ ...file, terms: termsOf(file) });

const evolve = (file: FileDocument | null, { event, occurredAt }: ProjectedEvent<AssetEvent>): FileDocument | null => {
  switch (event.type) {
    case 'AssetStored': {
      const { media, origin } = event.data;
      const isSeen = isShowable(media) || origin.kind === 'job';
      const mediaStatus = isSeen ? madeStatus(media) : 'pending';
      return withTerms({ ...event.data, mediaStatus, createdAt: occurredAt, tags: [], metadata: {} });
    }
    case 'AssetProbed': {
      const { media } = event.data;
      return file && withTerms({ ...file, media: file.media ?? media, mediaStatus: madeStatus(file.media ?? media) });
    }
    case 'AssetDescribed': {
      const { tags, metadata } = event.data;
      return file && withTerms({ ...file, tags, metadata });
    }
    case 'AssetThumbnailMade':
      return file;
    case 'AssetDeleted':
      return null;
  }
};

export const files: Projection<AssetEvent, FileDocument> = {
  name: 'files',
  version: 3,
  streams: [assetAggregate.pattern],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['apiKeyId', 'name'], sort: 'createdAt' },
    { where: [], each: 'terms', sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.fileId],
  evolve,
};
