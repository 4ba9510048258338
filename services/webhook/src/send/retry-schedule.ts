const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first, second, … failed attempt: eight attempts over 27.6 hours, as Svix does. */
export const retryDelaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour] as const;

/** What a receiver may ask for with Retry-After at most. */
export const retryAfterMsMax = 24 * hour;

const jitterShare = 0.2;

export interface FailedAttempt {
  /** From 1, in the current round. */
  readonly attempt: number;
  readonly now: string;
  /** From -1 to 1: spreads the repeats of an outage that hit many deliveries at once. */
  readonly jitter: number;
  readonly retryAfterMs?: number | null | undefined;
}

/** When to try again, or `null` when it was the last attempt. A longer Retry-After wins over the table. */
export const nextAttemptAt = ({ attempt, now, jitter, retryAfterMs }: FailedAttempt): string | null => {
  const delayMs = retryDelaysMs[attempt - 1];
  if (delayMs === undefined) return null;
  const jitteredMs = delayMs * (1 + jitterShare * jitter);
  const askedMs = Math.min(retryAfterMs ?? 0, retryAfterMsMax);
  return new Date(Date.parse(now) + Math.round(Math.max(jitteredMs, askedMs))).toISOString();
};

/** A Retry-After header (RFC 9110 §10.2.3) as milliseconds from now; `null` when it is absent or unreadable. */
export const parseRetryAfter = (header: string | undefined, now: string): number | null => {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * second;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - Date.parse(now));
};
