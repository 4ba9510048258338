import { ConcurrencyConflict, EventStoreFull, EventStoreUnavailable } from '@ffapi/es';

const retryMs = 500;
const waits = [ConcurrencyConflict, EventStoreFull, EventStoreUnavailable];

/** Tries until it is known what became of it: the store may be away for a while, work must not be lost for that. */
export const untilStored = async <T>(append: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await append();
    } catch (error) {
      if (!waits.some((kind) => error instanceof kind)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
};
