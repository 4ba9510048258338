import { failureOf, type Ask, type HeldReason } from '@ffapi/contracts';
import type { OpenJob } from './open-jobs.projection.ts';
import type { Advance } from './advance.ts';

/** What moderation has against a job; a task that ended without a verdict counts against it. */
const concernOf = ({ tasks }: OpenJob): 'block' | HeldReason | null => {
  const task = tasks.find(({ kind }) => kind === 'moderate');
  if (task?.status === 'failed') return 'moderation_unavailable';
  if (task?.status !== 'completed') return null;
  switch (task.completed?.verdict?.outcome) {
    case 'allow':
      return null;
    case 'flag':
      return 'moderation_review';
    case 'block':
      return 'block';
    case undefined:
      return 'moderation_unavailable';
  }
};

const blocked = ({ accepted: { jobId }, tasks }: OpenJob): Advance => {
  const task = tasks.find(({ kind }) => kind === 'moderate');
  const labels = task?.completed?.verdict?.labels.map(({ name }) => name) ?? [];
  const error = failureOf('content_blocked', undefined, { labels });
  return { type: 'decide', command: { type: 'FailJob', jobId, task: task?.n ?? null, error } };
};

/** What moderation makes of a job now; `null`: nothing stands in its way. */
export const moderationOf = (job: OpenJob): readonly Advance[] | null => {
  const concern = concernOf(job);
  const { jobId } = job.accepted;
  if (concern === null) return null;
  if (concern === 'block' || job.review?.status === 'rejected') return [blocked(job)];
  if (job.review?.status === 'approved') {
    const command = { type: 'ReleaseJob', jobId, by: job.review.by } as const;
    return job.hold === 'held' ? [{ type: 'decide', command }] : null;
  }
  const hold: Advance = { type: 'decide', command: { type: 'HoldJob', jobId, reason: concern } };
  return [
    ...(job.hold === 'none' ? [hold] : []),
    ...(job.review === null ? [{ type: 'open-review', reason: concern } as const] : []),
  ];
};

/** What those who review a held job are to see. */
export const reviewOf = ({ accepted, tasks }: OpenJob, reason: HeldReason): Ask<'review.open'> => {
  const verdict = tasks.find(({ kind }) => kind === 'moderate')?.completed?.verdict;
  const [frames] = tasks.find(({ kind }) => kind === 'sample')?.completed?.artifacts ?? [];
  const { jobId, apiKeyId, operation } = accepted;
  return { jobId, apiKeyId, operation, reason, labels: verdict?.labels ?? [], frames: frames?.blob ?? null };
};
