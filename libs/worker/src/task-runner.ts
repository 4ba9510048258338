import type { Failure, FallBack } from '@ffapi/contracts';
import type { TaskOutcome } from '@ffapi/task';
import type { Attempt } from './attempt.ts';

/** The work itself: returns what came out, throws `TaskFailure` (or anything, which is then the worker's own failure). */
export type TaskRunner = (attempt: Attempt) => Promise<RunOutcome>;

/** What came out of the work; its progress and log are the worker's to add. */
export type RunOutcome = Omit<TaskOutcome, 'progress' | 'log'>;

/** A failure with a code of contracts/errors. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A GPU that has failed at all it could do: the CPU's workers are to do it. */
export class FallsToCpu extends Error {
  override readonly name = 'FallsToCpu';
  readonly fall: FallBack;
  constructor(fall: FallBack) {
    super(fall.reason);
    this.fall = fall;
  }
}
