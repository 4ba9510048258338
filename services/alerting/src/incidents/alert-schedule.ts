const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first, second, … failed attempt: eight attempts in 3.7 hours. An alert of yesterday helps nobody. */
export const retryDelaysMs = [10 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour] as const;

export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  readonly now: string;
  readonly retryAfterMs: number | null;
}

/** When to try again, or `null` when it was the last attempt; the receiver may ask for more time. */
export const nextAttemptAt = ({ attempt, now, retryAfterMs }: FailedAttempt): string | null => {
  const delayMs = retryDelaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  return new Date(Date.parse(now) + Math.max(delayMs, retryAfterMs ?? 0)).toISOString();
};
