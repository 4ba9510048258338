import { noQuota, type CountedQuota, type KeyEvent } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { afterKeyEvent, quotaReadings, type QuotaUses } from './quota-use.ts';

const [a, b] = ['key_aaaa', 'key_bbbb'];
const hour = '2026-03-01T10:00:00.000Z';
const told = (
  keyId: string,
  quota: CountedQuota,
  used: number,
  type: 'KeyQuotaNearlyUsed' | 'KeyQuotaExceeded' = 'KeyQuotaNearlyUsed',
  periodStart = hour,
): KeyEvent => ({ type, version: 1, data: { keyId, quota, used, limit: 10, periodStart } });
const set = (keyId: string, limit: number | null): KeyEvent => ({
  type: 'KeyQuotaSet',
  version: 1,
  data: { keyId, by: 'key_admin', quota: { ...noQuota, max_jobs_per_hour: limit }, suspendAfter: null },
});
const after = (events: readonly KeyEvent[], at = '2026-03-01T10:30:00.000Z'): Record<string, number> => {
  const uses = events.reduce<QuotaUses>(afterKeyEvent, new Map());
  return Object.fromEntries(quotaReadings(uses, Date.parse(at)).map(({ subject, value }) => [subject, value]));
};

it('tells of every key and quota by itself, the newest counts', () => {
  const events = [
    told(a, 'max_jobs_per_hour', 8),
    told(b, 'max_jobs_per_hour', 8),
    told(a, 'max_storage_mb', 9),
    told(b, 'max_jobs_per_hour', 10, 'KeyQuotaExceeded'),
  ];
  expect(after(events)).toEqual({
    [`${a}/max_jobs_per_hour`]: 0.8,
    [`${b}/max_jobs_per_hour`]: 1,
    [`${a}/max_storage_mb`]: 0.9,
  });
});

it('is over with its hour or day', () => {
  const events = [told(a, 'max_jobs_per_hour', 8), told(a, 'max_jobs_per_day', 8)];
  expect(after(events, '2026-03-01T11:00:00.000Z')).toEqual({ [`${a}/max_jobs_per_day`]: 0.8 });
  expect(after(events, '2026-03-02T10:00:00.000Z')).toEqual({});
});

it('is forgotten when a later period is told of', () => {
  const later = told(b, 'max_jobs_per_hour', 8, 'KeyQuotaNearlyUsed', '2026-03-01T11:00:00.000Z');
  const events = [told(a, 'max_jobs_per_hour', 8), told(a, 'max_jobs_per_day', 8), later];
  const uses = events.reduce<QuotaUses>(afterKeyEvent, new Map());
  expect([...uses.keys()]).toEqual([`${a}/max_jobs_per_day`, `${b}/max_jobs_per_hour`]);
});

it('follows what the key is allowed, and ends with the key', () => {
  const nearly = told(a, 'max_jobs_per_hour', 8);
  expect(after([nearly, set(a, 16)])).toEqual({ [`${a}/max_jobs_per_hour`]: 0.5 });
  expect(after([nearly, set(a, 0)])).toEqual({ [`${a}/max_jobs_per_hour`]: 1 });
  expect(after([nearly, set(a, null)])).toEqual({});
  expect(after([nearly, set(b, 16)])).toEqual({ [`${a}/max_jobs_per_hour`]: 0.8 });
  expect(after([nearly, { type: 'KeyRevoked', version: 1, data: { keyId: a, by: 'key_admin' } }])).toEqual({});
});
