import { setTimeout as sleep } from 'node:timers/promises';
import { BlobStoreUnavailable } from '@ffapi/blob';
import { pauseOf } from './outage.ts';

/** Time and chance, as waiting needs them. */
export interface Waiting {
  readonly nowMs: () => number;
  readonly chance: () => number;
  /** Rejects as soon as the signal aborts. */
  readonly wait: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}

export const realWaiting: Waiting = {
  nowMs: () => performance.now(),
  chance: Math.random,
  wait: (delayMs, signal) => sleep(delayMs, undefined, signal ? { signal } : {}),
};

/** Who is told to stop while bytes are on their way still has them stored, where that takes no longer. */
const lastWordMs = 1_000;

/** What the work gives, or the signal's reason soon after it: a store that is silent holds nobody up. */
export const unlessStopped = async <T>(work: Promise<T>, signal: AbortSignal, { wait }: Waiting): Promise<T> => {
  const settled = new AbortController();
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => {
    wait(lastWordMs, settled.signal).then(
      () => stopped.reject(signal.reason),
      () => {},
    );
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true, signal: settled.signal });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    settled.abort();
  }
};

export interface WaitsFor {
  /** Aborts when nobody waits for the work any more. */
  readonly signal: AbortSignal;
  /** When the task was begun, on the clock of `waiting`. */
  readonly startedMs: number;
  readonly waiting: Waiting;
  /** Called for the first failure. */
  readonly onAway: (error: BlobStoreUnavailable) => void;
}

/** What the work gives, however often the blob store is away meanwhile, as long as that is worth waiting for. */
export const untilBack = async <T>(
  work: () => Promise<T>,
  { signal, startedMs, waiting, onAway }: WaitsFor,
): Promise<T> => {
  let awayFromMs = 0;
  for (let failures = 0; ;) {
    try {
      return await unlessStopped(work(), signal, waiting);
    } catch (error) {
      if (!(error instanceof BlobStoreUnavailable)) throw error;
      const nowMs = waiting.nowMs();
      if (++failures === 1) {
        awayFromMs = nowMs;
        onAway(error);
      }
      const outage = {
        failures,
        awayMs: nowMs - awayFromMs,
        workedMs: awayFromMs - startedMs,
        chance: waiting.chance(),
      };
      const pauseMs = pauseOf(outage);
      if (pauseMs === null) throw error;
      await waiting.wait(pauseMs, signal);
    }
  }
};
