import { OutboundFailure, tryAgain, type TryOptions } from '@ffapi/outbound';
import type { Frame, ModerationProvider, Sighting } from '../providers/index.ts';

/** Calls at a time for one job. */
const callsMax = 4;

/** What is seen in one frame; what may pass is tried again a few times. */
export const lookAt = async (
  provider: ModerationProvider,
  frame: Frame,
  options: TryOptions,
): Promise<readonly Sighting[]> => {
  if (frame.bytes.byteLength > provider.bytesMax)
    throw new OutboundFailure('moderation_unavailable', `a frame of ${frame.bytes.byteLength} bytes is too large`);
  return tryAgain(() => provider.look(frame, options.signal), options);
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
