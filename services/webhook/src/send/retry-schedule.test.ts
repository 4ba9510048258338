import { describe, expect, it } from 'vitest';
import { nextAttemptAt, parseRetryAfter, retryAfterMsMax, retryDelaysMs } from './retry-schedule.ts';

const now = '2026-01-01T00:00:00.000Z';
const waitMs = (attempt: number, jitter = 0, retryAfterMs?: number) =>
  Date.parse(nextAttemptAt({ attempt, now, jitter, retryAfterMs }) ?? '') - Date.parse(now);

describe('retry schedule', () => {
  it('spreads eight attempts over 27.6 hours', () => {
    expect(retryDelaysMs).toHaveLength(7);
    expect(retryDelaysMs.reduce((sum, delay) => sum + delay, 0) / 3_600_000).toBeCloseTo(27.58, 2);
    expect(retryDelaysMs.map((_, i) => waitMs(i + 1))).toEqual([...retryDelaysMs]);
    expect(nextAttemptAt({ attempt: 8, now, jitter: 0 })).toBeNull();
  });

  it('stays within a fifth of the table', () => {
    expect([waitMs(1, -1), waitMs(1, 1)]).toEqual([4000, 6000]);
    expect([waitMs(7, -1), waitMs(7, 1)]).toEqual([8 * 3_600_000, 12 * 3_600_000]);
  });

  it('waits longer when asked to, within a day', () => {
    expect(waitMs(1, 0, 30_000)).toBe(30_000);
    expect(waitMs(3, 0, 30_000)).toBe(retryDelaysMs[2]);
    expect(waitMs(1, 0, 1e12)).toBe(retryAfterMsMax);
  });

  it('reads Retry-After as seconds or as a date', () => {
    expect(parseRetryAfter('30', now)).toBe(30_000);
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:01:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeNull();
    expect(parseRetryAfter(undefined, now)).toBeNull();
  });
});
