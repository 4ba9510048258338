import type { Ingested, TaskCompletedData } from '@ffapi/contracts';
import type { JobCommand } from './job.decider.ts';
import { canStillRun, isDone, type OpenJob, type OpenTask } from './open-jobs.projection.ts';
import type { Advance } from './advance.ts';
import { deviceWarnings } from './device-warnings.policy.ts';
import { moderationOf } from './moderation-of-job.policy.ts';

/**
 * What a job needs next, from its state alone: the same answer after a restart as before it, so nothing that was
 * missed between two events is missed for good.
 */
export const advanceJob = (job: OpenJob): readonly Advance[] => {
  const able = job.tasks.filter((task) => canStillRun(job, task));
  if (job.status !== 'open') {
    const cancels = able.map((task) => ({ type: 'cancel-task', task }) as const);
    return job.review?.status === 'open' ? [...cancels, { type: 'withdraw-review' }] : cancels;
  }
  const moderation = moderationOf(job);
  if (moderation !== null) return moderation;
  if (job.hold === 'held') return [];
  const failed = job.tasks.find((task) => task.status === 'failed' && !isDone(job, task));
  if (failed?.error) {
    const error = failed.error;
    return [{ type: 'decide', command: { type: 'FailJob', jobId: job.accepted.jobId, task: failed.n, error } }];
  }
  if (job.tasks.every((task) => isDone(job, task))) return [{ type: 'decide', command: complete(job) }];
  return able.filter(({ status }) => status !== 'running').map((task) => ({ type: 'release', task }));
};

const complete = (job: OpenJob): JobCommand => {
  const results = job.tasks.map((task) => task.completed).filter((completed) => completed !== null);
  const work = results.find(({ kind }) => kind === 'operation' || kind === 'plan');
  const published = results.find(({ kind }) => kind === 'publish');
  return {
    type: 'CompleteJob',
    jobId: job.accepted.jobId,
    outputs: published?.outputs ?? [],
    result: work?.kind === 'plan' ? work.plan : (work?.result ?? null),
    stats: work?.stats ?? null,
    warnings: job.tasks.flatMap((task) => [...deviceWarnings(task), ...(task.completed?.warnings ?? [])]),
  };
};

/** What the tasks before this one have left for it. */
export const inputsOf = (
  job: OpenJob,
  task: OpenTask,
): { inputs: Record<string, Ingested>; artifacts: TaskCompletedData['artifacts'] } => {
  const inputs: Record<string, Ingested> = {};
  for (const [name, source] of Object.entries(job.accepted.inputs)) {
    if (source.kind === 'file')
      inputs[name] = { blob: source.blob, name: source.name, contentType: source.contentType };
  }
  for (const { completed, input } of job.tasks) {
    if (completed?.ingested && input !== undefined) inputs[input] = completed.ingested;
  }
  const before = job.tasks.filter(({ n }) => task.after.includes(n));
  return { inputs, artifacts: before.flatMap(({ completed }) => completed?.artifacts ?? []) };
};
