import type { WorkItem } from '@ffapi/contracts';
import type { OpenJob, OpenTask } from './open-jobs.projection.ts';
import { inputsOf } from './advance-job.policy.ts';

type Rules = Pick<WorkItem, 'attemptsMax' | 'retryDelayMs' | 'afterLostWorker' | 'limits'>;

/** A task as it waits for a worker: all that is needed to do it, under the rules that hold now. */
export const workItemOf = (job: OpenJob, task: OpenTask, rules: Rules): WorkItem => {
  const { accepted } = job;
  return {
    jobId: accepted.jobId,
    n: task.n,
    kind: task.kind,
    pool: task.pool,
    operation: accepted.operation,
    params: accepted.params,
    source: task.input === undefined ? null : (accepted.inputs[task.input] ?? null),
    fetchHeadersSecret: accepted.fetchHeadersSecret,
    ...inputsOf(job, task),
    apiKeyId: accepted.apiKeyId,
    outputName: accepted.outputName,
    priority: accepted.priority,
    hardware: accepted.hardware,
    traceparent: job.traceparent,
    ...rules,
  };
};
