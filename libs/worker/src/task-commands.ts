import type { Disposition } from '@ffapi/bus';
import { isOperationId, operations, type FallBack, type WorkItem } from '@ffapi/contracts';
import { Refusal } from '@ffapi/es';
import type { TaskCommand } from '@ffapi/task';

/** A task as heartbeats and logs name it. */
export const idOfTask = ({ jobId, n }: Pick<WorkItem, 'jobId' | 'n'>): string => `${jobId}.${n}`;

type Start = Extract<TaskCommand, { type: 'StartTask' }>;

/** That a worker begins with a task. */
export const startOf = (
  { jobId, n, kind, attemptsMax }: WorkItem,
  by: Pick<Start, 'pool' | 'worker' | 'isRedelivery' | 'now'>,
): Start => ({ type: 'StartTask', jobId, n, kind, attemptsMax, ...by });

/** That an attempt goes on with less of the GPU. */
export const fallBackOf = (
  { jobId, n, kind, operation, pool }: WorkItem,
  attempt: number,
  fall: FallBack,
): TaskCommand => ({
  type: 'FallBackTask',
  jobId,
  n,
  kind,
  attempt,
  fall,
  cpuPool: isOperationId(operation) ? operations[operation].pools.cpu : pool,
});

/** What becomes of the message of a task that was not started. */
export const whenNotStarted = (error: unknown): Disposition => {
  if (!(error instanceof Refusal)) throw error;
  if (error.code !== 'task_not_due') return { ack: true };
  return { nakAfterMs: Math.max(100, Date.parse(String(error.details.dueAt)) - Date.now()) };
};
