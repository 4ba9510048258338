import type { JobAcceptedData, JobEvent, TaskEvent } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import { expect, it } from 'vitest';
import { taskGraph } from '../domain/task-graph.ts';
import { openJobs, type OpenJob } from '../projections/open-jobs.projection.ts';
import { OpenJobsInMemory } from './open-jobs-in-memory.ts';

type Event = JobEvent | TaskEvent;
const jobId = 'job_0000';

const at = (position: number, type: Event['type'], data: object, index = 0): ProjectedEvent<Event> => ({
  event: { type, version: 1, data: { jobId, ...data } } as Event,
  stream: type.startsWith('Job') ? `job.${jobId}` : `task.${jobId}.0`,
  position,
  index,
  version: 1,
  occurredAt: '2026-11-22T10:00:00.000Z',
  correlationId: jobId,
  causationId: 'c',
});
const accepted = at(4, 'JobAccepted', {
  inputs: {},
  tasks: taskGraph({ inputs: {}, pool: 'transcode-cpu', dryRun: true }),
} as Partial<JobAcceptedData>);
const started = at(5, 'TaskStarted', { n: 0, attempt: 1, worker: 'w' });
const failed = at(6, 'TaskFailed', { n: 0, isFinal: false, error: null });
const scheduled = at(6, 'RetryScheduled', { n: 0, dueAt: '2026-11-22T10:01:00.000Z' }, 1);

const folded = (...events: ProjectedEvent<Event>[]): OpenJob | null =>
  events.reduce<OpenJob | null>((job, event) => openJobs.evolve(job, event, jobId), null);

const written = (position: number, document: OpenJob) => ({
  scan: async (after: string | null) => (after === null ? [{ id: jobId, position, version: 1, document }] : []),
});

it('goes on from what is written and passes over events that it holds', async () => {
  const open = new OpenJobsInMemory();
  await open.load(written(5, folded(accepted, started)!));
  expect([...open.apply([accepted, started])]).toEqual([]);
  expect([...open.apply([failed, scheduled])]).toEqual([jobId]);
  expect(open.get(jobId)).toEqual(folded(accepted, started, failed, scheduled));
});

it('forgets what is over, and does not take up what it never knew', () => {
  const open = new OpenJobsInMemory();
  open.apply([accepted, at(7, 'JobFailed', {}), started]);
  expect(open.get(jobId)?.status ?? null).toBe(folded(accepted, at(7, 'JobFailed', {}), started)?.status ?? null);
  open.apply([at(8, 'TaskCancelled', { n: 0 }), at(9, 'TaskStarted', { n: 0 })]);
  expect([...open.ids()]).toEqual([]);
});
