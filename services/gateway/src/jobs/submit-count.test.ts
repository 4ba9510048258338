import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atTime, countFrom, countOne, overdue, stored, uncount, type SubmitCount } from './submit-count.ts';

const now = '2026-11-25T10:20:00.000Z';
const limits = { max_jobs_per_hour: 5, max_jobs_per_day: 8 };

const admit = (count: SubmitCount, times: number, at = now): SubmitCount =>
  Array.from({ length: times }).reduce<SubmitCount>(
    (before, _, n) => countOne(before, `job_${at}_${n}`, at, limits).count,
    count,
  );

describe('a count', () => {
  it('admits up to the limit of the hour, and again in the next', () => {
    const full = admit(countFrom(now, 0, 0), 5);
    expect(countOne(full, 'job_x', now, limits)).toMatchObject({
      isAdmitted: false,
      exceeded: { quota: 'max_jobs_per_hour', used: 5, limit: 5, periodStart: '2026-11-25T10:00:00.000Z' },
      count: { inHour: 5, refused: 1 },
    });
    expect(countOne(full, 'job_x', '2026-11-25T11:00:00.000Z', limits)).toMatchObject({ isAdmitted: true });
  });

  it('admits up to the limit of the day, and again on the next', () => {
    const full = admit(admit(countFrom(now, 0, 0), 5), 3, '2026-11-25T11:00:00.000Z');
    const refused = countOne(full, 'job_x', '2026-11-25T12:00:00.000Z', limits);
    expect(refused).toMatchObject({ isAdmitted: false, exceeded: { quota: 'max_jobs_per_day', used: 8 } });
    expect(countOne(full, 'job_x', '2026-11-26T00:00:00.000Z', limits)).toMatchObject({ isAdmitted: true });
  });

  it('warns once, when four fifths are used', () => {
    const warned = [1, 2, 3, 4, 5].map((n) => {
      const counted = countOne(admit(countFrom(now, 0, 0), n - 1), 'job_x', now, limits);
      return counted.isAdmitted ? counted.nearlyUsed.map(({ quota }) => quota) : [];
    });
    expect(warned).toEqual([[], [], [], ['max_jobs_per_hour'], []]);
  });

  it('begins where history is', () => {
    expect(countOne(countFrom(now, 5, 5), 'job_x', now, limits).isAdmitted).toBe(false);
  });

  it('takes back what never came to be, in the hour it was counted in', () => {
    const one = admit(countFrom(now, 0, 0), 1);
    const [jobId = ''] = Object.keys(one.open);
    expect(uncount(one, jobId)).toEqual(countFrom(now, 0, 0));
    const later = atTime(one, '2026-11-25T11:00:00.000Z');
    expect(uncount(later, jobId)).toMatchObject({ inHour: 0, inDay: 0, open: {} });
    expect(uncount(stored(one, [jobId]), jobId)).toMatchObject({ inHour: 1, inDay: 1 });
  });

  it('knows what has been open for too long', () => {
    const one = admit(countFrom(now, 0, 0), 1);
    expect(overdue(one, now)).toEqual([]);
    expect(overdue(one, '2026-11-25T10:21:00.001Z')).toHaveLength(1);
  });
});

it('never admits more than the limit in an hour, whatever is taken back', () => {
  const steps = fc.array(fc.oneof(fc.constant('submit' as const), fc.constant('lost' as const)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (moves) => {
      let count = countFrom(now, 0, 0);
      const alive = new Set<string>();
      moves.forEach((move, n) => {
        if (move === 'lost') {
          const [jobId] = alive;
          if (jobId === undefined) return;
          alive.delete(jobId);
          count = uncount(count, jobId);
          return;
        }
        const counted = countOne(count, `job_${n}`, now, limits);
        if (counted.isAdmitted) alive.add(`job_${n}`);
        ({ count } = counted);
        expect(alive.size).toBeLessThanOrEqual(limits.max_jobs_per_hour);
        expect(count.inHour).toBe(alive.size);
      });
    }),
  );
});
