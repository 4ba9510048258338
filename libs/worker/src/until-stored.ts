import { ConcurrencyConflict, EventStoreUnavailable } from '@ffapi/es';

const retryMs = 500;

/** Tries until it is known what became of it: the store may be away for a while, work must not be lost for that. */
export const untilStored = async <T>(append: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await append();
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable) && !(error instanceof ConcurrencyConflict)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
};
