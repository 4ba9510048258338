import { expect, it } from 'vitest';
import { periodsBetween, usageOf } from './usage.ts';

const mebibyte = 1_048_576;
const hours = [
  { hour: '2026-10-31T23:00:00.000Z', jobs: 4, bytes: 8 * mebibyte },
  { hour: '2026-11-01T00:00:00.000Z', jobs: 1, bytes: 2 * mebibyte },
  { hour: '2026-11-02T05:00:00.000Z', jobs: 2, bytes: -5 * mebibyte },
  { hour: '2026-12-01T00:00:00.000Z', jobs: 3, bytes: mebibyte },
];

it('sums jobs by period and tells storage as it stood at its end', () => {
  const days = periodsBetween('2026-11-01T00:00:00.000Z', '2026-11-03T12:00:00.000Z', 'day');
  expect(usageOf(hours, days, 'day')).toEqual([
    { period_start: '2026-11-01T00:00:00.000Z', jobs_count: 1, storage_used_mb: 10 },
    { period_start: '2026-11-02T00:00:00.000Z', jobs_count: 2, storage_used_mb: 5 },
    { period_start: '2026-11-03T00:00:00.000Z', jobs_count: 0, storage_used_mb: 5 },
  ]);
  const months = periodsBetween('2026-10-01T00:00:00.000Z', '2026-12-02T00:00:00.000Z', 'month');
  expect(
    usageOf(hours, months, 'month').map(({ jobs_count, storage_used_mb }) => [jobs_count, storage_used_mb]),
  ).toEqual([
    [4, 8],
    [3, 5],
    [3, 6],
  ]);
});

it('knows how long months and hours are', () => {
  expect(periodsBetween('2026-11-15T00:00:00.000Z', '2027-02-01T00:00:00.000Z', 'month')).toHaveLength(3);
  expect(periodsBetween('2026-11-15T22:30:00.000Z', '2026-11-16T01:00:00.000Z', 'hour')).toHaveLength(3);
});
