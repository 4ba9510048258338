import type { FallBack, Failure, RerouteReason, TaskCompletedData, TaskEvent, TaskKind } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

interface OfTask {
  readonly jobId: string;
  readonly n: number;
  readonly kind: TaskKind;
}

export type TaskOutcome = Omit<TaskCompletedData, 'jobId' | 'n' | 'kind' | 'attempt'>;

export type TaskCommand =
  | (OfTask & {
      readonly type: 'StartTask';
      readonly pool: string;
      readonly worker: string;
      /** The same message came before: whoever had it is gone. */
      readonly isRedelivery: boolean;
      readonly attemptsMax: number;
      readonly now: string;
    })
  | (OfTask & { readonly type: 'CompleteTask'; readonly attempt: number; readonly outcome: TaskOutcome })
  | (OfTask & {
      readonly type: 'FailTask';
      readonly attempt: number;
      readonly error: Failure;
      readonly attemptsMax: number;
      readonly retryDelayMs: number;
      readonly log: TaskCompletedData['log'];
      readonly now: string;
    })
  | (OfTask & {
      readonly type: 'FallBackTask';
      readonly attempt: number;
      readonly fall: FallBack;
      /** Who takes it over when nothing is left but the CPU. */
      readonly cpuPool: string;
    })
  | (OfTask & { readonly type: 'RerouteTask'; readonly pool: string; readonly reason: RerouteReason })
  | (OfTask & { readonly type: 'HandBackTask'; readonly attempt: number; readonly reason: string })
  | (OfTask & { readonly type: 'PostponeTask'; readonly attempt: number; readonly now: string })
  | (OfTask & { readonly type: 'CancelTask'; readonly reason: string });

export interface TaskState {
  readonly status: 'requested' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** Number of the newest attempt; 0 before the first. */
  readonly attempt: number;
  /** Attempts that count against the limit: handed back ones do not. */
  readonly attemptsUsed: number;
  readonly worker: string | null;
  readonly dueAt: string | null;
  /** How often it was postponed since it failed last. */
  readonly postponed: number;
  /** What the newest failure came from, where that is known to be the same each time; `null`: it is not. */
  readonly lastCause: string | null;
  /** Where the task was sent after its job was accepted; `null`: it is for the pool of its job's graph. */
  readonly pool: string | null;
}

const isTerminal = (state: TaskState): boolean =>
  state.status === 'completed' || state.status === 'failed' || state.status === 'cancelled';

/** Exponential: the delay, twice it, four times it … (JOB_RETRY_DELAY is the first). */
const dueAfter = (now: string, delayMs: number, attemptsUsed: number): string =>
  new Date(Date.parse(now) + delayMs * 2 ** (attemptsUsed - 1)).toISOString();

const lostWorker: Failure = {
  code: 'worker_lost',
  message: 'The workers that had this task went away before they finished it.',
  fault: 'system',
  retryable: true,
  hint: 'Look at the log of the job and at the memory of the workers, then retry the job.',
};

const start = (command: Extract<TaskCommand, { type: 'StartTask' }>, state: TaskState): readonly TaskEvent[] => {
  const { jobId, n, kind, pool, worker } = command;
  if (isTerminal(state)) return refuse('task_finished', { status: state.status });
  // A message of the old pool may have been delivered before it was withdrawn.
  if (state.pool !== null && state.pool !== pool) return refuse('task_rerouted', { pool: state.pool });
  if (state.status === 'running' && !command.isRedelivery)
    return refuse('task_already_started', { attempt: state.attempt });
  if (state.status === 'waiting' && state.dueAt !== null && Date.parse(state.dueAt) > Date.parse(command.now))
    return refuse('task_not_due', { dueAt: state.dueAt });
  if (state.status === 'running' && state.attemptsUsed >= command.attemptsMax)
    return [
      {
        type: 'TaskFailed',
        version: 1,
        data: { jobId, n, kind, attempt: state.attempt, error: lostWorker, isFinal: true, log: null },
      },
    ];
  const afterLostWorker = state.status === 'running';
  return [
    {
      type: 'TaskStarted',
      version: 1,
      data: { jobId, n, kind, attempt: state.attempt + 1, pool, worker, afterLostWorker },
    },
  ];
};

/** A result counts only from the attempt that is running now: a worker that was thought dead is refused. */
const requireCurrent = (attempt: number, state: TaskState): void => {
  if (state.status !== 'running' || state.attempt !== attempt)
    refuse('task_attempt_superseded', { attempt, status: state.status, current: state.attempt });
};

const causeOf = ({ details }: Failure): string | null => (typeof details?.cause === 'string' ? details.cause : null);

/** A failure that came twice from the same cause: a third attempt would end alike. */
const lasting = (error: Failure): Failure => ({
  ...error,
  retryable: false,
  hint: `It failed in the same way twice, so that trying again does not help. ${error.hint}`,
});

const fail = (command: Extract<TaskCommand, { type: 'FailTask' }>, state: TaskState): readonly TaskEvent[] => {
  const { jobId, n, kind, attempt, log } = command;
  const cause = causeOf(command.error);
  const error = cause !== null && cause === state.lastCause ? lasting(command.error) : command.error;
  const again = error.retryable && state.attemptsUsed < command.attemptsMax;
  const failed: TaskEvent = {
    type: 'TaskFailed',
    version: 1,
    data: { jobId, n, kind, attempt, error, isFinal: !again, log },
  };
  if (!again) return [failed];
  const dueAt = dueAfter(command.now, command.retryDelayMs, state.attemptsUsed);
  return [failed, { type: 'RetryScheduled', version: 1, data: { jobId, n, kind, attempt: attempt + 1, dueAt } }];
};

const handBack = (
  { jobId, n, kind, attempt }: Extract<TaskCommand, { type: 'HandBackTask' | 'PostponeTask' | 'FallBackTask' }>,
  reason: string,
): TaskEvent => ({ type: 'TaskHandedBack', version: 1, data: { jobId, n, kind, attempt, reason } });

const outageReason = 'infrastructure_away';
const postponeDelayMs = { first: 5_000, max: 300_000 };

/** An outage is no failure of the job: it waits for as many as come, at growing distances, and uses no attempt. */
const postpone = (
  command: Extract<TaskCommand, { type: 'PostponeTask' }>,
  { postponed }: TaskState,
): readonly TaskEvent[] => {
  const { jobId, n, kind, attempt, now } = command;
  const delayMs = Math.min(postponeDelayMs.max, postponeDelayMs.first * 2 ** postponed);
  const dueAt = new Date(Date.parse(now) + delayMs).toISOString();
  const again: TaskEvent = {
    type: 'RetryScheduled',
    version: 1,
    data: { jobId, n, kind, attempt: attempt + 1, dueAt },
  };
  return [handBack(command, outageReason), again];
};

const reroute = ({ jobId, n, kind }: OfTask, pool: string, reason: RerouteReason): TaskEvent => ({
  type: 'TaskRerouted',
  version: 1,
  data: { jobId, n, kind, pool, reason },
});

const stepDown = (command: Extract<TaskCommand, { type: 'FallBackTask' }>): readonly TaskEvent[] => {
  const { jobId, n, kind, attempt, fall, cpuPool } = command;
  const fell: TaskEvent = { type: 'TaskFellBack', version: 1, data: { jobId, n, kind, attempt, ...fall } };
  return fall.to === 'cpu' ? [fell, handBack(command, 'gpu_failed'), reroute(command, cpuPool, 'gpu_failed')] : [fell];
};

const decide = (command: TaskCommand, state: TaskState): readonly TaskEvent[] => {
  const { jobId, n, kind } = command;
  switch (command.type) {
    case 'StartTask':
      return start(command, state);
    case 'CompleteTask':
      requireCurrent(command.attempt, state);
      return [
        { type: 'TaskCompleted', version: 1, data: { jobId, n, kind, attempt: command.attempt, ...command.outcome } },
      ];
    case 'FailTask':
      requireCurrent(command.attempt, state);
      return fail(command, state);
    case 'HandBackTask':
      requireCurrent(command.attempt, state);
      return [handBack(command, command.reason)];
    case 'PostponeTask':
      requireCurrent(command.attempt, state);
      return postpone(command, state);
    case 'FallBackTask':
      requireCurrent(command.attempt, state);
      return stepDown(command);
    case 'RerouteTask':
      return isTerminal(state) || state.pool === command.pool ? [] : [reroute(command, command.pool, command.reason)];
    case 'CancelTask':
      return isTerminal(state)
        ? []
        : [{ type: 'TaskCancelled', version: 1, data: { jobId, n, kind, reason: command.reason } }];
  }
};

const evolve = evolveBy<TaskEvent, TaskState>({
  TaskStarted: (state, { attempt, worker }) => ({
    ...state,
    status: 'running',
    attempt,
    attemptsUsed: state.attemptsUsed + 1,
    worker,
    dueAt: null,
  }),
  TaskCompleted: (state) => ({ ...state, status: 'completed' }),
  TaskFailed: (state, { isFinal, error }) => ({
    ...state,
    status: isFinal ? 'failed' : 'waiting',
    postponed: 0,
    lastCause: causeOf(error),
  }),
  RetryScheduled: (state, { dueAt }) => ({ ...state, status: 'waiting', dueAt }),
  TaskHandedBack: (state, { reason }) => ({
    ...state,
    status: 'requested',
    attemptsUsed: state.attemptsUsed - 1,
    worker: null,
    postponed: reason === outageReason ? state.postponed + 1 : state.postponed,
  }),
  TaskRerouted: (state, { pool }) => ({ ...state, pool }),
  TaskFellBack: (state) => state,
  TaskCancelled: (state) => ({ ...state, status: 'cancelled' }),
});

/** One step of a job: requested → started(attempt) → completed | failed | cancelled, with attempts in between. */
export const taskDecider: Decider<TaskCommand, TaskEvent, TaskState> = {
  initialState: {
    status: 'requested',
    attempt: 0,
    attemptsUsed: 0,
    worker: null,
    dueAt: null,
    postponed: 0,
    lastCause: null,
    pool: null,
  },
  decide,
  evolve,
};
