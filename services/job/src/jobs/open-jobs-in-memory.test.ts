import type { JobAcceptedData, JobEvent, TaskEvent } from '@ffapi/contracts';
import { projectedEvents, type RecordedCommit } from '@ffapi/es';
import { expect, it } from 'vitest';
import { taskGraph } from './task-graph.ts';
import { openJobs, type OpenJob } from './open-jobs.projection.ts';
import { OpenJobsInMemory } from './open-jobs-in-memory.state.ts';

type Event = JobEvent | TaskEvent;
const jobId = 'job_0000';

const event = (type: Event['type'], data: object = {}): Event =>
  ({ type, version: 1, data: { jobId, ...data } }) as Event;

const commit = (position: number, version: number, ...events: Event[]): RecordedCommit<Event> => ({
  id: `c${position}`,
  stream: events[0]?.type.startsWith('Job') ? `job.${jobId}` : `task.${jobId}.0`,
  position,
  version,
  previousHash: '',
  hash: '',
  occurredAt: '2026-11-22T10:00:00.000Z',
  correlationId: jobId,
  causationId: 'c',
  events,
});
const graph = { inputs: {}, tasks: taskGraph({ inputs: {}, pool: 'transcode-cpu', dryRun: true }) };
const accepted = commit(4, 1, event('JobAccepted', graph as Partial<JobAcceptedData>));
const started = commit(5, 1, event('TaskStarted', { n: 0, attempt: 1, worker: 'w' }));
const failed = commit(
  6,
  2,
  event('TaskFailed', { n: 0, isFinal: false, error: null }),
  event('RetryScheduled', { n: 0, dueAt: '2026-11-22T10:01:00.000Z' }),
);
const startedAgain = commit(7, 3, event('TaskStarted', { n: 0, attempt: 2, worker: 'v' }));
const cancelled = commit(8, 2, event('JobCancelled'));

const folded = (...commits: RecordedCommit<Event>[]): OpenJob | null =>
  commits.flatMap(projectedEvents).reduce<OpenJob | null>((job, each) => openJobs.evolve(job, each, jobId), null);

const written = (position: number, document: OpenJob) => ({
  scan: async (after: string | null) => (after === null ? [{ id: jobId, position, version: 1, document }] : []),
});

it('goes on from what is written and passes over commits that it holds', async () => {
  const open = new OpenJobsInMemory();
  await open.load(written(5, folded(accepted, started)!));
  expect([...open.apply([accepted, started])]).toEqual([]);
  expect([...open.apply([failed])]).toEqual([jobId]);
  expect(open.get(jobId)).toEqual(folded(accepted, started, failed));
});

it('takes a commit ahead of the store once, whatever comes between', () => {
  const open = new OpenJobsInMemory();
  expect([...open.applyAhead(accepted)]).toEqual([jobId]);
  expect([...open.applyAhead(cancelled)]).toEqual([jobId]);
  expect([...open.apply([accepted, started, cancelled])]).toEqual([jobId]);
  expect(open.get(jobId)).toEqual(folded(accepted, started, cancelled));
});

it('leaves a commit to the store when something of its stream is missing', async () => {
  const open = new OpenJobsInMemory();
  open.apply([accepted, started]);
  expect([...open.applyAhead(startedAgain)]).toEqual([]);
  expect([...open.apply([failed, startedAgain])]).toEqual([jobId]);
  expect(open.get(jobId)).toEqual(folded(accepted, started, failed, startedAgain));
  const restarted = new OpenJobsInMemory();
  await restarted.load(written(5, folded(accepted, started)!));
  expect([...restarted.applyAhead(failed)]).toEqual([]);
});

it('forgets what is over, and does not take up what it never knew', () => {
  const open = new OpenJobsInMemory();
  open.apply([accepted, cancelled, commit(9, 1, event('TaskCancelled', { n: 0 }))]);
  expect([...open.ids()]).toEqual([]);
  open.apply([commit(10, 2, event('TaskStarted', { n: 0 }))]);
  expect([...open.ids()]).toEqual([]);
});
