import type { Failure, FfmpegStats, HeldReason, JobAcceptedData, JobEvent, JobOutput, Sized } from '@ffapi/contracts';
import { evolveBy, refuse, type Decider } from '@ffapi/es';

type JobId = string;

export type JobCommand =
  | { readonly type: 'AcceptJob'; readonly job: JobAcceptedData }
  | {
      readonly type: 'CompleteJob';
      readonly jobId: JobId;
      readonly outputs: JobOutput[];
      readonly result: Sized<unknown> | null;
      readonly stats: FfmpegStats | null;
      readonly warnings: string[];
    }
  | { readonly type: 'FailJob'; readonly jobId: JobId; readonly task: number | null; readonly error: Failure }
  | { readonly type: 'HoldJob'; readonly jobId: JobId; readonly reason: HeldReason }
  | { readonly type: 'ReleaseJob'; readonly jobId: JobId; readonly by: string }
  | { readonly type: 'CancelJob'; readonly jobId: JobId; readonly by: string; readonly reason: string | null }
  | { readonly type: 'ExpireJob'; readonly jobId: JobId }
  | { readonly type: 'RetryJob'; readonly jobId: JobId; readonly newJobId: JobId; readonly by: string };

export interface JobState {
  readonly status: 'none' | 'open' | 'completed' | 'failed' | 'cancelled';
  readonly accepted: JobAcceptedData | null;
  /** A job is held once at most: what was decided of it is not asked again. */
  readonly hold: 'none' | 'held' | 'released';
  readonly retriedAs: string | null;
  readonly isExpired: boolean;
}

const isTerminal = (state: JobState): boolean => state.status !== 'none' && state.status !== 'open';

const decide = (command: JobCommand, state: JobState): readonly JobEvent[] => {
  if (command.type === 'AcceptJob') {
    return state.status === 'none' ? [{ type: 'JobAccepted', version: 1, data: command.job }] : [];
  }
  if (command.type === 'ExpireJob' && state.isExpired) return [];
  if (!state.accepted || state.isExpired) return refuse('job_not_found');
  const { jobId, operation, apiKeyId, acceptedAt, dryRun } = state.accepted;
  const ref = { jobId, operation, apiKeyId, acceptedAt, ...(dryRun ? { dryRun } : {}) };
  switch (command.type) {
    case 'CompleteJob': {
      if (isTerminal(state)) return [];
      const { outputs, result, stats, warnings } = command;
      return [{ type: 'JobCompleted', version: 1, data: { ...ref, outputs, result, stats, warnings } }];
    }
    case 'FailJob':
      if (isTerminal(state)) return [];
      return [{ type: 'JobFailed', version: 1, data: { ...ref, task: command.task, error: command.error } }];
    case 'HoldJob':
      if (isTerminal(state) || state.hold !== 'none') return [];
      return [{ type: 'JobHeld', version: 1, data: { ...ref, reason: command.reason } }];
    case 'ReleaseJob':
      if (isTerminal(state) || state.hold !== 'held') return [];
      return [{ type: 'JobReleased', version: 1, data: { ...ref, by: command.by } }];
    case 'CancelJob':
      if (state.status === 'cancelled') return [];
      if (isTerminal(state)) return refuse('job_already_finished', { job_status: state.status });
      return [{ type: 'JobCancelled', version: 1, data: { ...ref, by: command.by, reason: command.reason } }];
    case 'ExpireJob':
      return isTerminal(state) ? [{ type: 'JobExpired', version: 1, data: { jobId, apiKeyId } }] : [];
    case 'RetryJob':
      if (state.status !== 'failed' && state.status !== 'cancelled')
        return refuse('job_not_retryable', { job_status: state.status });
      if (state.retriedAs === command.newJobId) return [];
      if (state.retriedAs !== null) return refuse('job_already_retried', { retried_as: state.retriedAs });
      return [{ type: 'JobRetried', version: 1, data: { jobId, newJobId: command.newJobId, by: command.by } }];
  }
};

const evolve = evolveBy<JobEvent, JobState>({
  JobAccepted: (state, accepted) => ({ ...state, status: 'open', accepted }),
  JobHeld: (state) => ({ ...state, hold: 'held' }),
  JobReleased: (state) => ({ ...state, hold: 'released' }),
  JobCompleted: (state) => ({ ...state, status: 'completed' }),
  JobFailed: (state) => ({ ...state, status: 'failed' }),
  JobCancelled: (state) => ({ ...state, status: 'cancelled' }),
  JobExpired: (state) => ({ ...state, isExpired: true }),
  JobRetried: (state, { newJobId }) => ({ ...state, retriedAs: newJobId }),
});

/** What a user submitted and watches. Terminal is terminal: a retry is a new job, won by one of many asks. */
export const jobDecider: Decider<JobCommand, JobEvent, JobState> = {
  initialState: { status: 'none', accepted: null, hold: 'none', retriedAs: null, isExpired: false },
  decide,
  evolve,
};
