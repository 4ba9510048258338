import { setTimeout as sleep } from 'node:timers/promises';
import { isOutboundFailure } from './outbound-failure.ts';

export interface TryOptions {
  readonly signal: AbortSignal;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

const triesMax = 4;
const firstDelayMs = 500;
/** Longer than this the work that the call is for is tried again later. */
const delayMsMax = 20_000;

const waitFor = async (delayMs: number, signal: AbortSignal): Promise<void> => {
  await sleep(delayMs, undefined, { signal });
};

/** What the call gives; one that may pass is made again a few times, when the service says or at growing distances. */
export const tryAgain = async <T>(call: () => Promise<T>, { signal, wait = waitFor }: TryOptions): Promise<T> => {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (!isOutboundFailure(error) || !error.isTransient || tries === triesMax) throw error;
      const delayMs = error.retryAfterMs ?? firstDelayMs * 2 ** (tries - 1);
      if (delayMs > delayMsMax) throw error;
      await wait(delayMs, signal);
    }
  }
};
