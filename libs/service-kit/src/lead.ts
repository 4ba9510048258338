import { holdLease } from '@ffapi/bus';
import { createParts, type Parts } from './parts.ts';
import type { Running } from './running.ts';
import type { ServiceContext } from './runtime.ts';

export interface Leading {
  /** Aborts when it leads no longer, or its work has ended. */
  readonly signal: AbortSignal;
  /** Keeps a part that is opened for as long as it leads; parts stop in reverse order. */
  readonly keep: Parts['keep'];
}

export interface Lead extends Running {
  /** Whether this process leads now. */
  isLeading(): boolean;
}

/**
 * Does work in one process at a time, elected by the lease of this name. Work that ends by itself or fails gives the
 * lead away: whoever is next may have more luck.
 */
export const lead = (
  { connection, instance, log }: Pick<ServiceContext, 'connection' | 'instance' | 'log'>,
  name: string,
  work: (leading: Leading) => Promise<void>,
): Lead => {
  const lease = holdLease({
    connection,
    name,
    holder: instance,
    onHeld: async (signal) => {
      const parts = createParts();
      const over = new AbortController();
      try {
        await work({ signal: AbortSignal.any([signal, over.signal]), keep: parts.keep });
      } finally {
        over.abort();
        await parts.stop();
      }
    },
    onError: (err) => log.warn({ err, name }, 'lease'),
  });
  return { isLeading: () => lease.isHeld(), stop: () => lease.release() };
};
