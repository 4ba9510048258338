import type { Environment } from './faults/service-process.ts';

/** A running platform, seen from outside. */
export interface RunningPlatform {
  /** Where its gateway is; rejects when it ended before. */
  readonly ready: Promise<string>;
  /** How the first process ended, when nothing of the platform runs any more. */
  readonly exited: Promise<number | string>;
  /** What the operator's commands must be told to find it. */
  readonly settings: Environment;
  readonly pids: readonly number[];
  /** Gives the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string>;
}
