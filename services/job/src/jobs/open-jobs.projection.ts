import {
  jobAggregate,
  taskAggregate,
  reviewAggregate,
  type FallBack,
  type Failure,
  type JobAcceptedData,
  type JobEvent,
  type RerouteReason,
  type ReviewEvent,
  type TaskCompletedData,
  type TaskEvent,
  type TaskNode,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

export interface OpenTask extends TaskNode {
  readonly status: 'requested' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  readonly attempt: number;
  readonly worker: string | null;
  readonly dueAt: string | null;
  readonly error: Failure | null;
  readonly completed: TaskCompletedData | null;
  /** Where it was sent last; `null`: it is in the pool of its job's graph. */
  readonly route: { readonly reason: RerouteReason; readonly at: string } | null;
  /** What GPUs failed at. */
  readonly falls: readonly Pick<FallBack, 'to' | 'reason'>[];
}

/** What people have said of a held job. */
type OpenReview = { readonly status: 'open' | 'approved' | 'rejected' | 'withdrawn'; readonly by: string };

/** All that dispatching and finishing a job needs. */
export type OpenJob = {
  readonly jobId: string;
  readonly acceptedAt: string;
  readonly accepted: JobAcceptedData;
  readonly traceparent: string | null;
  readonly status: 'open' | 'completed' | 'failed' | 'cancelled';
  readonly hold: 'none' | 'held' | 'released';
  readonly review: OpenReview | null;
  /** A task has run since the job was accepted or released: it has its key's place. */
  readonly hasBegun: boolean;
  readonly tasks: readonly OpenTask[];
};

/** Everything that moves a job on. */
export type OpenJobEvent = JobEvent | TaskEvent | ReviewEvent;

export const isSettled = (task: OpenTask): boolean =>
  task.status === 'completed' || task.status === 'failed' || task.status === 'cancelled';

const evolveTask = (task: OpenTask, event: TaskEvent, at: string): OpenTask => {
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
    case 'TaskFellBack': {
      const { to, reason } = event.data;
      return { ...task, falls: [...task.falls, { to, reason }] };
    }
    case 'TaskRerouted': {
      const { pool, reason } = event.data;
      return { ...task, pool, route: { reason, at } };
    }
    case 'TaskCancelled':
      return { ...task, status: 'cancelled', worker: null };
  }
};

const accept = (data: JobAcceptedData, event: ProjectedEvent<OpenJobEvent>): OpenJob => ({
  jobId: data.jobId,
  acceptedAt: event.occurredAt,
  accepted: data,
  traceparent: event.traceparent ?? null,
  status: 'open',
  hold: 'none',
  review: null,
  hasBegun: false,
  tasks: data.tasks.map((node) => ({
    ...node,
    status: 'requested',
    attempt: 0,
    worker: null,
    dueAt: null,
    error: null,
    completed: null,
    route: null,
    falls: [],
  })),
});

const evolve = (job: OpenJob | null, projected: ProjectedEvent<OpenJobEvent>): OpenJob | null => {
  const { event } = projected;
  if (event.type === 'JobAccepted') return accept(event.data, projected);
  if (job === null) return null;
  const next = evolveKnown(job, event, projected.occurredAt);
  return isOver(next) ? null : next;
};

/** A job that ended early stays until the tasks that could still run are settled and its review is, so that they are ended after a restart too. */
const isOver = (job: OpenJob): boolean =>
  job.status !== 'open' && job.review?.status !== 'open' && !job.tasks.some((task) => canStillRun(job, task));

/** Completed; a check that could not be made is replaced by somebody's approval. */
export const isDone = ({ review }: OpenJob, { status, kind }: OpenTask): boolean =>
  status === 'completed' || (kind === 'moderate' && status === 'failed' && review?.status === 'approved');

/** True for a task that is running, or that nothing but its own turn holds back. */
export const canStillRun = (job: OpenJob, task: OpenTask): boolean =>
  !isSettled(task) && task.after.every((n) => job.tasks.some((before) => before.n === n && isDone(job, before)));

const evolveKnown = (job: OpenJob, event: Exclude<OpenJobEvent, { type: 'JobAccepted' }>, at: string): OpenJob => {
  switch (event.type) {
    case 'JobCompleted':
      return { ...job, status: 'completed' };
    case 'JobFailed':
      return { ...job, status: 'failed' };
    case 'JobCancelled':
      return { ...job, status: 'cancelled' };
    case 'JobHeld':
      return { ...job, hold: 'held', hasBegun: false };
    case 'JobReleased':
      return { ...job, hold: 'released' };
    case 'ReviewOpened':
      return { ...job, review: { status: 'open', by: '' } };
    case 'ReviewDecided': {
      const { decision, by } = event.data;
      return { ...job, review: { status: decision === 'approve' ? 'approved' : 'rejected', by } };
    }
    case 'ReviewWithdrawn':
      return { ...job, review: { status: 'withdrawn', by: '' } };
    case 'JobRetried':
    case 'JobExpired':
      return job;
    default:
      return {
        ...job,
        hasBegun: job.hasBegun || event.type === 'TaskStarted' || event.type === 'TaskCompleted',
        tasks: job.tasks.map((task) => (task.n === event.data.n ? evolveTask(task, event, at) : task)),
      };
  }
};

/** The jobs that still need something done, with everything needed to do it; a finished job leaves. */
export const openJobs: Projection<OpenJobEvent, OpenJob> = {
  name: 'open-jobs',
  version: 3,
  streams: [jobAggregate.pattern, taskAggregate.pattern, reviewAggregate.pattern],
  indexes: [{ where: [], sort: 'acceptedAt' }],
  keys: ({ event }) => [event.data.jobId],
  evolve,
};
