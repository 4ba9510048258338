import { EventUnknown } from '@ffapi/es';
import { storeWaits } from './outage.ts';

export interface Patience {
  /** This process ends: what it cannot do for being too old is left to a newer one. */
  readonly isEnding: () => boolean;
  /** Called once for what waits for a newer process. */
  readonly onUnknown: (error: EventUnknown) => void;
}

const retryMs = 500;

/** Tries until it is known what became of it: the store may be away for a while, work must not be lost for that. */
export const untilStored = async <T>(append: () => Promise<T>, { isEnding, onUnknown }: Patience): Promise<T> => {
  for (let isTold = false; ;) {
    try {
      return await append();
    } catch (error) {
      if (!storeWaits.some((kind) => error instanceof kind)) throw error;
      if (error instanceof EventUnknown) {
        if (isEnding()) throw error;
        if (!isTold) onUnknown(error);
        isTold = true;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
};
