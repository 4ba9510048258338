import { BlobStoreUnavailable } from '@ffapi/blob';
import { isBrokerAway } from '@ffapi/bus';
import { ConcurrencyConflict, EventStoreFull, EventStoreUnavailable, Refusal } from '@ffapi/es';
import { isReadModelAway } from '@ffapi/read-model';

/** What stands for a while and goes: the event store, and what is asked of it by many. */
export const storeWaits = [ConcurrencyConflict, EventStoreFull, EventStoreUnavailable] as const;

const outages = [BlobStoreUnavailable, ...storeWaits] as const;

/** Whether something of the platform's own was away, so that the task has not failed: nothing is known of it yet. */
export const isOutage = (error: unknown): boolean =>
  outages.some((kind) => error instanceof kind) ||
  isBrokerAway(error) ||
  isReadModelAway(error) ||
  (error instanceof Refusal && error.code === 'unavailable');

export interface Outage {
  /** How often it was tried in vain. */
  readonly failures: number;
  /** Since the first of them. */
  readonly awayMs: number;
  /** How long the task has been worked on. */
  readonly workedMs: number;
  /** From 0 to 1, by chance: those who wait for the same do not come at once. */
  readonly chance: number;
}

const patienceMs = 60_000;
const pauseMs = { first: 250, max: 5_000 };

/**
 * How long to wait before the next try; `null`: the task goes back instead. What has been done would be done again
 * elsewhere: it is worth as much time as it took, and a minute in any case.
 */
export const pauseOf = ({ failures, awayMs, workedMs, chance }: Outage): number | null => {
  if (awayMs >= Math.max(patienceMs, workedMs)) return null;
  return Math.min(pauseMs.max, pauseMs.first * 2 ** (failures - 1)) * (0.5 + chance / 2);
};
