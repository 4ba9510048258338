import { failureOf, type JobEvent } from '@ffapi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureRate, jobEndOf, type JobEnd } from './failure-rate.ts';

const ref = { jobId: 'job_0000', operation: 'probe', apiKeyId: 'key_a', acceptedAt: '2026-03-01T10:00:00.000Z' };
const occurredAt = '2026-03-01T10:01:00.000Z';
const atMs = Date.parse(occurredAt);
const endOf = (event: JobEvent): JobEnd | null =>
  jobEndOf({ event, occurredAt, stream: '', position: 1, index: 0, version: 1, correlationId: '', causationId: '' });
const failed = (code: Parameters<typeof failureOf>[0]): JobEvent => ({
  type: 'JobFailed',
  version: 1,
  data: { ...ref, task: 0, error: failureOf(code) },
});

describe('the end of a job', () => {
  it('counts when it was completed or has failed, whoever is to blame', () => {
    const completed = { ...ref, outputs: [], result: null, stats: null, warnings: [] };
    expect(endOf({ type: 'JobCompleted', version: 1, data: completed })).toEqual({ atMs, fault: null });
    expect(endOf(failed('input_unreachable'))?.fault).toBe('input');
    expect(endOf(failed('internal'))?.fault).toBe('system');
  });

  it('does not count when somebody wanted it so', () => {
    expect(endOf({ type: 'JobCancelled', version: 1, data: { ...ref, by: 'key_a', reason: null } })).toBeNull();
    expect(endOf(failed('content_blocked'))).toBeNull();
    expect(endOf(failed('quota_resolution'))).toBeNull();
    expect(endOf(failed('quota_duration'))).toBeNull();
  });
});

describe('the failure rate', () => {
  it('is of the jobs in its window, and tells whose fault it was', () => {
    const ends: JobEnd[] = [
      { atMs: 100, fault: 'system' },
      { atMs: 101, fault: null },
      { atMs: 150, fault: 'system' },
      { atMs: 180, fault: 'input' },
      { atMs: 200, fault: null },
    ];
    expect(failureRate(ends, 100)).toEqual({
      subject: 'platform',
      value: 0.5,
      samples: 4,
      details: { jobs: 4, failed: 2, failed_by_system: 1, failed_by_input: 1, failed_by_request: 0 },
    });
    expect(failureRate([], 0)).toMatchObject({ value: 0, samples: 0 });
  });

  it('is a share, and its parts add up', () => {
    const end = fc.record({
      atMs: fc.nat(100),
      fault: fc.constantFrom<JobEnd['fault']>(null, 'system', 'input', 'request'),
    });
    fc.assert(
      fc.property(fc.array(end), fc.nat(100), (ends, sinceMs) => {
        const { value, samples, details } = failureRate(ends, sinceMs);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(samples).toBe(ends.filter((each) => each.atMs > sinceMs).length);
        const { failed: all, failed_by_system, failed_by_input, failed_by_request } = details as Record<string, number>;
        expect(all).toBe(failed_by_system! + failed_by_input! + failed_by_request!);
      }),
    );
  });
});
