import { shareAggregate, type ShareCreatedData, type ShareEvent } from '@ffapi/contracts';
import { type ProjectedEvent, type Projection } from '@ffapi/es';

/** A share as lists show it; those that were taken back are gone. */
export type ShareDocument = Omit<ShareCreatedData, 'passwordHash'> & {
  readonly hasPassword: boolean;
  readonly downloads: number;
  readonly createdAt: string;
};

const evolve = (
  share: ShareDocument | null,
  { event, occurredAt }: ProjectedEvent<ShareEvent>,
): ShareDocument | null => {
  switch (event.type) {
    case 'ShareCreated': {
      const { passwordHash, ...shown } = event.data;
      return { ...shown, hasPassword: passwordHash !== null, downloads: 0, createdAt: occurredAt };
    }
    case 'ShareDownloaded':
      return share && { ...share, downloads: share.downloads + event.data.downloads };
    case 'ShareRevoked':
      return null;
  }
};

export const shares: Projection<ShareEvent, ShareDocument> = {
  name: 'shares',
  version: 1,
  streams: [shareAggregate.pattern],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['apiKeyId', 'fileId'], sort: 'createdAt' },
    { where: ['fileId'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.shareId],
  evolve,
};
