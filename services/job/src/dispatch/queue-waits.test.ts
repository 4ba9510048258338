import type { ProjectedEvent } from '@ffapi/es';
import { expect, it } from 'vitest';
import type { OpenJobEvent } from '../jobs/open-jobs.projection.ts';
import { QueueWaits } from './queue-waits.ts';

const event = (type: string, second: number, jobId = 'job_a') =>
  ({
    event: { type, data: { jobId } },
    occurredAt: `2026-11-22T10:00:0${second}.000Z`,
  }) as ProjectedEvent<OpenJobEvent>;

it('lasts from accepted to the first start, once a job', () => {
  const waits = new QueueWaits();
  const told = [
    event('TaskStarted', 0, 'job_of_before'),
    event('JobAccepted', 1),
    event('JobAccepted', 2, 'job_b'),
    event('TaskStarted', 4),
    event('TaskStarted', 5),
    event('JobCancelled', 6, 'job_b'),
    event('TaskStarted', 7, 'job_b'),
  ].map((each) => waits.end(each));
  expect(told).toEqual([null, null, null, 3_000, null, null, null]);
});
