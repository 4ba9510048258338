import { z } from 'zod';
import { reviewDecision } from '../events/moderation.ts';
import { heldReason } from '../events/shapes.ts';

const time = z.iso.datetime();

export const reviewStatus = z.enum(['open', 'approved', 'rejected', 'withdrawn']);
export type ReviewStatus = z.infer<typeof reviewStatus>;

export const reviewInput = z.strictObject({
  decision: reviewDecision.describe('approve: the job goes on; reject: it fails with content_blocked.'),
  note: z.string().max(2000).optional().describe('Why, for those who read the audit log.'),
});
export type ReviewInput = z.infer<typeof reviewInput>;

export const reviewResource = z
  .strictObject({
    id: z.string().describe('rev_…'),
    status: reviewStatus.describe('withdrawn: the job ended otherwise, such as by being cancelled.'),
    job_id: z.string(),
    operation: z.string(),
    api_key_id: z.string().describe('Whose job it is.'),
    reason: heldReason.describe('moderation_unavailable: the provider gave no answer.'),
    labels: z.array(
      z.strictObject({
        name: z.string().describe('In the words of the provider.'),
        confidence: z.number().describe('0 to 1, the highest of all frames.'),
        frames: z.array(z.int()).describe('Places in frames.'),
      }),
    ),
    frames: z.array(
      z.strictObject({
        url: z.string().describe('The picture; needs a key that may decide reviews.'),
        input: z.string().describe('The input of the job that it is from.'),
        time_seconds: z.number(),
      }),
    ),
    opened_at: time,
    decided_at: time.nullable(),
    decided_by: z.string().nullable().describe('The key that decided.'),
    note: z.string().nullable(),
  })
  .meta({ id: 'Review', description: 'A held job, what was seen in its inputs, and what people decided.' });
export type ReviewResource = z.infer<typeof reviewResource>;
