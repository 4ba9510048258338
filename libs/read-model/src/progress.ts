interface Waiter {
  readonly position: number;
  readonly done: (isReached: boolean) => void;
}

/** A position that only grows, and those who wait for it. */
export interface Progress {
  position(): number;
  reach(position: number): void;
  /** Nothing more will be reached: nobody waits any longer. */
  end(): void;
  /** `true` once the position is reached, `false` when the time is over or the end comes first. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
}

export const createProgress = (): Progress => {
  const waiters = new Set<Waiter>();
  let current = 0;
  let isEnded = false;
  return {
    position: () => current,
    reach: (position) => {
      current = position;
      for (const waiter of waiters) if (waiter.position <= current) waiter.done(true);
    },
    end: () => {
      isEnded = true;
      for (const waiter of waiters) waiter.done(false);
    },
    waitFor: async (position, timeoutMs) => {
      if (current >= position) return true;
      if (isEnded) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const waiter = { position, done: resolve };
      waiters.add(waiter);
      const timer = setTimeout(() => resolve(false), timeoutMs);
      return promise.finally(() => {
        clearTimeout(timer);
        waiters.delete(waiter);
      });
    },
  };
};
