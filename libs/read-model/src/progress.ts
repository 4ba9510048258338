interface Waiter {
  readonly position: number;
  readonly reached: () => void;
}

/** A position that only grows, and those who wait for it. */
export interface Progress {
  position(): number;
  reach(position: number): void;
  /** `true` once the position is reached, `false` when the time is over or `ended` resolves first. */
  waitFor(position: number, timeoutMs: number, ended: Promise<unknown>): Promise<boolean>;
}

export const createProgress = (): Progress => {
  const waiters = new Set<Waiter>();
  let current = 0;
  return {
    position: () => current,
    reach: (position) => {
      current = position;
      for (const waiter of waiters) if (waiter.position <= current) waiter.reached();
    },
    waitFor: async (position, timeoutMs, ended) => {
      if (current >= position) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const waiter = { position, reached: () => resolve(true) };
      waiters.add(waiter);
      const timer = setTimeout(() => resolve(false), timeoutMs);
      void ended.then(() => resolve(false));
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
  };
};
