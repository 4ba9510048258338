import type { Failure, JobAcceptedData, JobEvent, TaskEvent, TaskNode, TaskCompletedData } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

export interface OpenTask extends TaskNode {
  readonly status: 'requested' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  readonly attempt: number;
  readonly worker: string | null;
  readonly dueAt: string | null;
  readonly error: Failure | null;
  readonly completed: TaskCompletedData | null;
}

/** All that dispatching and finishing a job needs. */
export type OpenJob = {
  readonly jobId: string;
  readonly acceptedAt: string;
  readonly accepted: JobAcceptedData;
  readonly traceparent: string | null;
  readonly status: 'open' | 'completed' | 'failed' | 'cancelled';
  readonly tasks: readonly OpenTask[];
};

type Event = JobEvent | TaskEvent;

const isSettled = (task: OpenTask): boolean =>
  task.status === 'completed' || task.status === 'failed' || task.status === 'cancelled';

const evolveTask = (task: OpenTask, event: TaskEvent): OpenTask => {
  switch (event.type) {
    case 'TaskStarted':
      return { ...task, status: 'running', attempt: event.data.attempt, worker: event.data.worker, dueAt: null };
    case 'TaskCompleted':
      return { ...task, status: 'completed', completed: event.data };
    case 'TaskFailed':
      return { ...task, status: event.data.isFinal ? 'failed' : 'waiting', error: event.data.error, worker: null };
    case 'RetryScheduled':
      return { ...task, status: 'waiting', dueAt: event.data.dueAt };
    case 'TaskHandedBack':
      return { ...task, status: 'requested', worker: null };
    case 'TaskCancelled':
      return { ...task, status: 'cancelled', worker: null };
  }
};

const accept = (data: JobAcceptedData, event: ProjectedEvent<Event>): OpenJob => ({
  jobId: data.jobId,
  acceptedAt: event.occurredAt,
  accepted: data,
  traceparent: event.traceparent ?? null,
  status: 'open',
  tasks: data.tasks.map((node) => ({
    ...node,
    status: 'requested',
    attempt: 0,
    worker: null,
    dueAt: null,
    error: null,
    completed: null,
  })),
});

const evolve = (job: OpenJob | null, projected: ProjectedEvent<Event>): OpenJob | null => {
  const { event } = projected;
  if (event.type === 'JobAccepted') return accept(event.data, projected);
  if (job === null) return null;
  const next = evolveKnown(job, event);
  return isOver(next) ? null : next;
};

/** A job that ended early stays until the tasks that could still run are settled, so that they are cancelled after a restart too. */
const isOver = (job: OpenJob): boolean => job.status !== 'open' && !job.tasks.some((task) => canStillRun(job, task));

/** True for a task that is running, or that nothing but its own turn holds back. */
export const canStillRun = (job: OpenJob, task: OpenTask): boolean =>
  !isSettled(task) &&
  task.after.every((n) => job.tasks.some((before) => before.n === n && before.status === 'completed'));

const evolveKnown = (job: OpenJob, event: Exclude<Event, { type: 'JobAccepted' }>): OpenJob => {
  switch (event.type) {
    case 'JobCompleted':
      return { ...job, status: 'completed' };
    case 'JobFailed':
      return { ...job, status: 'failed' };
    case 'JobCancelled':
      return { ...job, status: 'cancelled' };
    case 'JobRetried':
    case 'JobExpired':
      return job;
    default:
      return { ...job, tasks: job.tasks.map((task) => (task.n === event.data.n ? evolveTask(task, event) : task)) };
  }
};

/** The jobs that still need something done, with everything needed to do it; a finished job leaves. */
export const openJobs: Projection<Event, OpenJob> = {
  name: 'open-jobs',
  version: 1,
  streams: ['job.>', 'task.>'],
  indexes: [{ where: [], sort: 'acceptedAt' }],
  keys: ({ event }) => [event.data.jobId],
  evolve,
};
