import {
  jobAggregate,
  taskAggregate,
  assetAggregate,
  deliveryAggregate,
  reviewAggregate,
  type AssetEvent,
  type BlobRef,
  type DeliveryEvent,
  type JobEvent,
  type ReviewEvent,
  type TaskEvent,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** A blob that something names; a folder of files names more in its manifest. */
export interface HeldBlob {
  readonly sha256: string;
  readonly isManifest: boolean;
}

/** Something that names blobs: a stored file, a job, a delivery, a review. */
export type BlobHolder = {
  readonly kind: 'asset' | 'job' | 'delivery' | 'review';
  /** Named for as long as the holder is there. */
  readonly kept: readonly HeldBlob[];
  /** Named while the job runs: what it reads and what its tasks have made. */
  readonly working: readonly HeldBlob[];
  /** Named for as long as logs are kept. */
  readonly logs: readonly HeldBlob[];
  /** When the job ended, the delivery was scheduled or the review decided; `null` before, and for a file. */
  readonly loggedSince: string | null;
  /** For a file: when it is to be deleted. */
  readonly expiresAt: string | null;
};

type Event = JobEvent | TaskEvent | AssetEvent | DeliveryEvent | ReviewEvent;

const held = ({ sha256 }: BlobRef, isManifest = false): HeldBlob => ({ sha256, isManifest });
const heldValue = (value: { readonly blob: BlobRef } | { readonly inline: unknown } | null): HeldBlob[] =>
  value !== null && 'blob' in value ? [held(value.blob)] : [];
const heldLog = (log: BlobRef | null): HeldBlob[] => (log === null ? [] : [held(log)]);

const nothing: Omit<BlobHolder, 'kind'> = { kept: [], working: [], logs: [], loggedSince: null, expiresAt: null };

const endJob = (job: BlobHolder, kept: readonly HeldBlob[], at: string): BlobHolder => ({
  ...job,
  kept: [...job.kept, ...kept],
  working: [],
  loggedSince: at,
});

const evolve = (holder: BlobHolder | null, { event, occurredAt }: ProjectedEvent<Event>): BlobHolder | null => {
  switch (event.type) {
    case 'AssetStored': {
      const { blob, main, expiresAt } = event.data;
      return { ...nothing, kind: 'asset', kept: [held(blob, main !== null)], expiresAt };
    }
    case 'AssetDeleted':
    case 'JobExpired':
      return null;
    case 'JobAccepted': {
      const inputs = Object.values(event.data.inputs);
      return {
        ...nothing,
        kind: 'job',
        working: inputs.flatMap((input) => (input.kind === 'file' ? [held(input.blob)] : [])),
      };
    }
    case 'DeliveryScheduled': {
      const logs = heldValue(event.data.payload);
      return logs.length === 0 ? null : { ...nothing, kind: 'delivery', logs, loggedSince: occurredAt };
    }
    case 'ReviewOpened': {
      const { frames } = event.data;
      return frames && { ...nothing, kind: 'review', kept: [held(frames.manifest, true)] };
    }
    default:
      return holder && evolveKnown(holder, event, occurredAt);
  }
};

type BeginsOrEnds =
  | 'AssetStored'
  | 'AssetDeleted'
  | 'JobAccepted'
  | 'JobExpired'
  | 'DeliveryScheduled'
  | 'ReviewOpened';

const evolveKnown = (holder: BlobHolder, event: Exclude<Event, { type: BeginsOrEnds }>, at: string): BlobHolder => {
  switch (event.type) {
    case 'TaskCompleted': {
      const { ingested, artifacts, plan, result, log } = event.data;
      const made = artifacts.map(({ blob, kind }) => held(blob, kind === 'bundle'));
      return {
        ...holder,
        working:
          holder.loggedSince === null ? [...holder.working, ...(ingested ? [held(ingested.blob)] : []), ...made] : [],
        kept: [...holder.kept, ...heldValue(plan), ...heldValue(result)],
        logs: [...holder.logs, ...heldLog(log)],
      };
    }
    case 'TaskFailed':
      return { ...holder, logs: [...holder.logs, ...heldLog(event.data.log)] };
    case 'AssetDescribed':
      return holder;
    case 'AssetThumbnailMade': {
      const { thumbnail } = event.data;
      return thumbnail ? { ...holder, kept: [...holder.kept, held(thumbnail)] } : holder;
    }
    case 'JobCompleted':
      return endJob(holder, heldValue(event.data.result), at);
    case 'JobFailed':
    case 'JobCancelled':
      return endJob(holder, [], at);
    case 'ReviewDecided':
    case 'ReviewWithdrawn':
      // Whoever asks why can look for as long as logs are kept.
      return { ...holder, kept: [], logs: holder.kept, loggedSince: at };
    default:
      return holder;
  }
};

const keyOf = (event: Event): string => {
  if ('reviewId' in event.data) return event.data.reviewId;
  if ('fileId' in event.data) return event.data.fileId;
  return 'deliveryId' in event.data ? event.data.deliveryId : event.data.jobId;
};

/** Who names which blobs: what no holder names may be deleted. */
export const blobHolders: Projection<Event, BlobHolder> = {
  name: 'blob-holders',
  version: 1,
  streams: [
    jobAggregate.pattern,
    taskAggregate.pattern,
    assetAggregate.pattern,
    deliveryAggregate.pattern,
    reviewAggregate.pattern,
  ],
  indexes: [{ where: [], sort: 'expiresAt' }],
  keys: ({ event }) => [keyOf(event)],
  evolve,
};
