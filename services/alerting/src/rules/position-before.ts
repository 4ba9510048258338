import type { EventStore } from '@ffapi/es';

const firstStep = 1_000;
/** Clocks of the processes that write differ a little. */
const skewMs = 60_000;

const firstAfter = async (store: EventStore, after: number): Promise<string | null> => {
  for await (const [commit] of store.read({ after })) return commit?.occurredAt ?? null;
  return null;
};

/** A position behind which everything lies that has happened since a time, found from the end of the store in ever longer steps. */
export const positionBefore = async (store: EventStore, sinceMs: number): Promise<number> => {
  const last = await store.lastPosition();
  for (let step = firstStep; step < last; step *= 2) {
    const at = await firstAfter(store, last - step);
    if (at !== null && Date.parse(at) < sinceMs - skewMs) return last - step;
  }
  return 0;
};
