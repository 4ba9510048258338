import { setTimeout as sleep } from 'node:timers/promises';
import { type Sighting, ModerationFailure, type Frame, type ModerationProvider } from '../providers/index.ts';

export interface LookOptions {
  readonly signal: AbortSignal;
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

/** Calls at a time for one job. */
const callsMax = 4;
const triesMax = 4;
const firstDelayMs = 500;
/** Longer than this the task itself is tried again later. */
const delayMsMax = 20_000;

const waitFor = async (delayMs: number, signal: AbortSignal): Promise<void> => {
  await sleep(delayMs, undefined, { signal });
};

/** What is seen in one frame; what may pass is tried again a few times. */
export const lookAt = async (
  provider: ModerationProvider,
  frame: Frame,
  { signal, wait = waitFor }: LookOptions,
): Promise<readonly Sighting[]> => {
  if (frame.bytes.byteLength > provider.bytesMax)
    throw new ModerationFailure('moderation_unavailable', `a frame of ${frame.bytes.byteLength} bytes is too large`);
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await provider.look(frame, signal);
    } catch (error) {
      if (!(error instanceof ModerationFailure) || !error.isTransient || tries === triesMax) throw error;
      const delayMs = error.retryAfterMs ?? firstDelayMs * 2 ** (tries - 1);
      if (delayMs > delayMsMax) throw error;
      await wait(delayMs, signal);
    }
  }
};

/** Does work on each, a few at a time, and gives what came out in order; after a failure nothing more is begun. */
export const inTurns = async <A, B>(items: readonly A[], work: (item: A, n: number) => Promise<B>): Promise<B[]> => {
  const made: B[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    try {
      for (let n = next++; n < items.length; n = next++) made[n] = await work(items[n] as A, n);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: callsMax }, worker));
  return made;
};
