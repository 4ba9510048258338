import type { AssetEvent, AssetStoredData } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** A stored file as lists need it. */
export type FileDocument = Omit<AssetStoredData, 'origin'> & {
  readonly createdAt: string;
  readonly jobId: string | null;
};

const evolve = (_file: FileDocument | null, { event, occurredAt }: ProjectedEvent<AssetEvent>): FileDocument | null => {
  if (event.type === 'AssetDeleted') return null;
  const { origin, ...stored } = event.data;
  return { ...stored, createdAt: occurredAt, jobId: origin.kind === 'job' ? origin.jobId : null };
};

export const files: Projection<AssetEvent, FileDocument> = {
  name: 'files',
  version: 1,
  streams: ['asset.>'],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['apiKeyId', 'name'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.fileId],
  evolve,
};
