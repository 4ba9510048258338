import type { TaskLimits, WorkItem } from '@ffapi/contracts';
import type { Advance, OpenJob } from '../jobs/index.ts';

/** What a dispatcher asks of the world. */
export interface DispatcherPorts {
  /** Whether no other dispatcher can be at work: what is released by two is more than a key may have. */
  readonly isLeading: () => boolean;
  /** Jobs of which another dispatcher had released a task that is not done: they have the places of their keys. */
  readonly released: ReadonlySet<string>;
  /**
   * `false`: a message of this task waits already. `isReplaced`: whatever waits is taken away first: a broker that was
   * killed may hold a message that it takes for acknowledged and never delivers.
   */
  publish(item: WorkItem, isReplaced: boolean): Promise<boolean>;
  /** Appends what a policy decided; idempotent. */
  execute(job: OpenJob, advance: Exclude<Advance, { type: 'release' }>): Promise<void>;
  /** Jobs that a key may have at work at a time; 0 while it is suspended. */
  readonly concurrencyOf: (apiKeyId: string) => number;
  /** Why a job of this key has no place. */
  readonly reasonToWait: (apiKeyId: string) => string;
  readonly limitsOf: (apiKeyId: string) => TaskLimits | null;
  readonly attemptsMax: number;
  readonly retryDelayMs: number;
  readonly ackWaitMs: number;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}
