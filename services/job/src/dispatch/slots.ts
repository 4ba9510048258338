/** A place of a pool that a task has taken up. */
export interface Slot {
  readonly pool: string;
  /** When it was released or started, by this process's clock. */
  readonly sinceMs: number;
  /** `null`: released, and not started as far as is known. */
  readonly worker: string | null;
}

/** The places that tasks have taken up, by task. */
export class Slots extends Map<string, Slot> {
  inUse(pool: string): number {
    return this.#of(pool).length;
  }

  /** Tasks that were released and have not been started. */
  waiting(pool: string): number {
    return this.#of(pool).filter(({ worker }) => worker === null).length;
  }

  #of(pool: string): Slot[] {
    return [...this.values()].filter((slot) => slot.pool === pool);
  }
}
