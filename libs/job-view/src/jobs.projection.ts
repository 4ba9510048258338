import {
  jobAggregate,
  taskAggregate,
  type Failure,
  type FfmpegStats,
  type HeldReason,
  type InputSource,
  type JobAcceptedData,
  type JobEvent,
  type JobOutput,
  type JobStatus,
  type Priority,
  type Sized,
  type TaskEvent,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { jobPercent, type TaskPart } from './job-progress.ts';

/** A job as lists and pages need it; links, live progress and place in the queue are added when it is shown. */
export type JobDocument = {
  readonly jobId: string;
  readonly type: string;
  readonly status: JobStatus;
  /** Absent in what was written before jobs could be held. */
  readonly heldReason?: HeldReason | null;
  readonly priority: Priority;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly attempts: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly JobOutput[];
  readonly result: Sized<unknown> | null;
  readonly warnings: readonly string[];
  readonly error: Failure | null;
  /** Why the newest attempt failed that is tried again; absent in what was written before it was kept. */
  readonly lastError?: Failure | null;
  readonly nextAttemptAt?: string | null;
  readonly stats: FfmpegStats | null;
  /** Its tasks, and which of them are done. */
  readonly tasks: readonly TaskPart[];
  /** How far the whole job was, and when. */
  readonly progress: readonly { at: string; percent: number }[];
  readonly logs: readonly { task: number; attempt: number; sha256: string; sizeBytes: number }[];
  readonly webhookUrl: string | null;
  readonly apiKeyId: string;
  readonly userIp: string | null;
  readonly retryOf: string | null;
  readonly retriedAs: string | null;
  readonly isDeadLetter: boolean;
  readonly isDryRun: boolean;
  /** What the search looks in. */
  readonly search: string;
};

type Event = JobEvent | TaskEvent;

const sourceText = (source: InputSource): string => (source.kind === 'url' ? source.url : source.fileId);

/** The job as it is with nothing done yet. */
export const acceptedDocument = (
  data: Omit<JobAcceptedData, 'tasks'> & Partial<Pick<JobAcceptedData, 'tasks'>>,
  at: string,
): JobDocument => {
  const inputs = Object.fromEntries(Object.entries(data.inputs).map(([name, source]) => [name, sourceText(source)]));
  return {
    jobId: data.jobId,
    type: data.operation,
    status: 'queued',
    priority: data.priority,
    createdAt: at,
    startedAt: null,
    completedAt: null,
    attempts: 0,
    params: data.params,
    inputs,
    metadata: data.metadata,
    outputs: [],
    result: null,
    warnings: [],
    error: null,
    stats: null,
    tasks: (data.tasks ?? []).map(({ n, kind }) => ({ n, kind, isDone: false })),
    progress: [],
    logs: [],
    webhookUrl: data.webhook?.url ?? null,
    apiKeyId: data.apiKeyId,
    userIp: data.userIp,
    retryOf: data.retryOf,
    retriedAs: null,
    isDeadLetter: false,
    isDryRun: data.dryRun,
    search: [data.jobId, ...Object.values(inputs)].join(' '),
  };
};

const withLog = (
  job: JobDocument,
  event: Extract<TaskEvent, { type: 'TaskCompleted' | 'TaskFailed' }>,
): JobDocument => {
  const { n, attempt, log } = event.data;
  return log === null ? job : { ...job, logs: [...job.logs, { task: n, attempt, ...log }] };
};

/** A task's own progress as progress of the job, which only rises. */
const taskDone = (
  job: JobDocument,
  { n, progress }: Extract<TaskEvent, { type: 'TaskCompleted' }>['data'],
  at: string,
): JobDocument => {
  const tasks = job.tasks.map((task) => (task.n === n ? { ...task, isDone: true } : task));
  const seen = progress.map(({ at: when, percent }) => ({
    at: when,
    percent: jobPercent(job.tasks, (each) => (each === n ? percent : 0)),
  }));
  return { ...job, tasks, progress: rising([...job.progress, ...seen, { at, percent: jobPercent(tasks, () => 0) }]) };
};

const rising = (progress: JobDocument['progress']): JobDocument['progress'] => {
  let highest = 0;
  return progress.filter(({ percent }) => {
    const rises = percent > highest;
    if (rises) highest = percent;
    return rises;
  });
};

const isEnded = (status: JobStatus): boolean => status === 'completed' || status === 'failed' || status === 'cancelled';

const evolveTask = (job: JobDocument, event: TaskEvent, at: string): JobDocument => {
  switch (event.type) {
    case 'TaskStarted':
      if (isEnded(job.status)) return job;
      return {
        ...job,
        status: 'running',
        nextAttemptAt: null,
        startedAt: job.startedAt ?? at,
        attempts: event.data.kind === 'publish' ? job.attempts : Math.max(job.attempts, event.data.attempt),
      };
    case 'TaskCompleted':
      return withLog(taskDone({ ...job, lastError: null }, event.data, at), event);
    case 'TaskFailed':
      return withLog(event.data.isFinal ? job : { ...job, lastError: event.data.error }, event);
    case 'RetryScheduled':
      return isEnded(job.status) ? job : { ...job, status: 'queued', nextAttemptAt: event.data.dueAt };
    case 'TaskHandedBack':
      return isEnded(job.status) ? job : { ...job, status: 'queued' };
    case 'TaskCancelled':
    case 'TaskFellBack':
    case 'TaskRerouted':
      return job;
  }
};

/** An ended job has one error, or none. */
const noRetry = { lastError: null, nextAttemptAt: null } as const;

/** A job as one more event leaves it. */
export const evolveJob = (
  job: JobDocument | null,
  { event, occurredAt }: ProjectedEvent<Event>,
): JobDocument | null => {
  if (event.type === 'JobAccepted') return acceptedDocument(event.data, occurredAt);
  if (job === null) return null;
  switch (event.type) {
    case 'JobHeld':
      return { ...job, status: 'held', heldReason: event.data.reason };
    case 'JobReleased':
      return { ...job, status: 'queued', heldReason: null };
    case 'JobCompleted': {
      const { outputs, result, stats, warnings } = event.data;
      return {
        ...job,
        status: 'completed',
        heldReason: null,
        ...noRetry,
        completedAt: occurredAt,
        progress: rising([...job.progress, { at: occurredAt, percent: 100 }]),
        outputs,
        result,
        stats,
        warnings,
      };
    }
    case 'JobFailed':
      return {
        ...job,
        status: 'failed',
        heldReason: null,
        ...noRetry,
        completedAt: occurredAt,
        error: event.data.error,
        isDeadLetter: true,
      };
    case 'JobCancelled':
      return { ...job, status: 'cancelled', heldReason: null, ...noRetry, completedAt: occurredAt };
    case 'JobExpired':
      return null;
    case 'JobRetried':
      return { ...job, retriedAs: event.data.newJobId, isDeadLetter: false };
    default:
      return evolveTask(job, event, occurredAt);
  }
};

/** A dry run makes nothing: who asks for it by its id finds it, lists do not show it. */
const evolve = (job: JobDocument | null, event: ProjectedEvent<Event>): JobDocument | null => {
  const next = evolveJob(job, event);
  return next?.isDryRun ? null : next;
};

export const jobs: Projection<Event, JobDocument> = {
  name: 'jobs',
  version: 3,
  streams: [jobAggregate.pattern, taskAggregate.pattern],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['status'], sort: 'createdAt' },
    { where: ['type'], sort: 'createdAt' },
    { where: ['priority'], sort: 'createdAt' },
    { where: ['isDeadLetter'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.jobId],
  evolve,
};
