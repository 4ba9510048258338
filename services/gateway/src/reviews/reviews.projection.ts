import {
  reviewAggregate,
  type ModerationLabel,
  type HeldReason,
  type ReviewEvent,
  type ReviewStatus,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

/** A review as lists show it. */
export type ReviewDocument = {
  readonly reviewId: string;
  readonly jobId: string;
  readonly status: ReviewStatus;
  readonly apiKeyId: string;
  readonly operation: string;
  readonly reason: HeldReason;
  readonly labels: readonly ModerationLabel[];
  readonly frames: readonly { readonly input: string; readonly timeMs: number }[];
  /** The blob that lists the frames. */
  readonly manifest: { readonly sha256: string; readonly sizeBytes: number } | null;
  readonly openedAt: string;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly note: string | null;
};

const evolve = (
  review: ReviewDocument | null,
  { event, occurredAt }: ProjectedEvent<ReviewEvent>,
): ReviewDocument | null => {
  if (event.type === 'ReviewOpened') {
    const { frames, ...opened } = event.data;
    const undecided = { status: 'open', openedAt: occurredAt, decidedAt: null, decidedBy: null, note: null } as const;
    return { ...opened, ...undecided, frames: frames?.shown ?? [], manifest: frames?.manifest ?? null };
  }
  if (review === null) return null;
  if (event.type === 'ReviewWithdrawn') return { ...review, status: 'withdrawn', decidedAt: occurredAt };
  const { decision, by, note } = event.data;
  const status = decision === 'approve' ? 'approved' : 'rejected';
  return { ...review, status, decidedAt: occurredAt, decidedBy: by, note };
};

/** Jobs that moderation has held, and what became of them. */
export const reviews: Projection<ReviewEvent, ReviewDocument> = {
  name: 'reviews',
  version: 1,
  streams: [reviewAggregate.pattern],
  indexes: [
    { where: [], sort: 'openedAt' },
    { where: ['status'], sort: 'openedAt' },
  ],
  keys: ({ event }) => [event.data.reviewId],
  evolve,
};
