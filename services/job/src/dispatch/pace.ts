/** How long tasks of a pool take: newer ones count for more. */
export class Pace {
  readonly #averageMs = new Map<string, number>();

  learn(pool: string, durationMs: number): void {
    const before = this.#averageMs.get(pool) ?? durationMs;
    this.#averageMs.set(pool, before * 0.8 + durationMs * 0.2);
  }

  /** Seconds until a task is done that has so many ahead of it; `null` while nothing is known. */
  eta(pool: string, ahead: number, slots: number): number | null {
    const averageMs = this.#averageMs.get(pool);
    return averageMs === undefined || slots === 0 ? null : Math.round(((ahead + 1) * averageMs) / slots / 100) / 10;
  }
}

/** Whole seconds until a moment; `null` where there is none. */
export const secondsUntil = (at: string | null, nowMs: number): number | null =>
  at === null ? null : Math.max(0, Math.round((Date.parse(at) - nowMs) / 1000));
