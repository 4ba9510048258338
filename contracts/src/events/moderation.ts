import { z } from 'zod';
import { blobRef } from '../kernel/blob-ref.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';
import { heldReason } from './shapes.ts';

/** A picture taken from an input of a job, as the manifest of a job's frames lists it. */
export const sampledFrame = z.strictObject({
  path: z.string(),
  contentType: z.string(),
  sha256: z.string(),
  sizeBytes: z.int().min(0),
  /** The input it is from. */
  input: z.string(),
  /** Where in the input it was; 0 for a picture. */
  timeMs: z.number().min(0),
});
export type SampledFrame = z.infer<typeof sampledFrame>;

/** Something that a provider saw, over all frames in which it did. */
export const moderationLabel = z.strictObject({
  name: z.string(),
  /** The highest of all frames. */
  confidence: z.number().min(0).max(1),
  /** By their place in the manifest. */
  frames: z.array(z.int().min(0)).max(200),
});
export type ModerationLabel = z.infer<typeof moderationLabel>;

/** What is to become of a job, by what was seen in its inputs. */
export const moderationVerdict = z.strictObject({
  outcome: z.enum(['allow', 'flag', 'block']),
  provider: z.string(),
  /** How many were looked at. */
  frames: z.int().min(0),
  labels: z.array(moderationLabel).max(20),
});
export type ModerationVerdict = z.infer<typeof moderationVerdict>;

export const reviewDecision = z.enum(['approve', 'reject']);
export type ReviewDecision = z.infer<typeof reviewDecision>;

const ofReview = { reviewId: idOf('rev'), jobId: idOf('job') };

export const reviewAggregate = defineAggregate({
  kind: 'review',
  stream: '{reviewId}',
  parts: { reviewId: 'The review.' },
  describes: 'The review of a job that moderation has held.',
  events: {
    /** A job waits until somebody has looked at it. */
    ReviewOpened: {
      1: z.strictObject({
        ...ofReview,
        apiKeyId: z.string(),
        operation: z.string(),
        reason: heldReason,
        labels: z.array(moderationLabel).max(20),
        frames: z
          .strictObject({
            /** JSON: a list of `sampledFrame`. */
            manifest: blobRef,
            shown: z.array(z.strictObject({ input: z.string(), timeMs: z.number().min(0) })).max(200),
          })
          .nullable(),
      }),
    },
    ReviewDecided: {
      1: z.strictObject({ ...ofReview, decision: reviewDecision, by: z.string(), note: z.string().nullable() }),
    },
    /** The job has ended otherwise, such as by being cancelled: there is nothing left to decide. */
    ReviewWithdrawn: { 1: z.strictObject({ ...ofReview, reason: z.string() }) },
  },
});
export type ReviewEvent = EventOf<typeof reviewAggregate>;

export const reviewStream = reviewAggregate.streamOf;
/** A job has one review at most, so that opening it twice opens it once. */
export const reviewIdOf = (jobId: string): string => `rev_${jobId.slice('job_'.length)}`;
