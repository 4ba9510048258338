import type { JobAcceptedData, JobEvent, RerouteReason, TaskCompletedData, TaskEvent } from '@ffapi/contracts';
import type { ProjectedEvent } from '@ffapi/es';
import { expect, it } from 'vitest';
import { taskGraph } from './task-graph.ts';
import { openJobs, type OpenJob } from './open-jobs.projection.ts';
import { advanceJob, inputsOf } from './advance-job.policy.ts';

const jobId = 'job_0000';
const blob = { sha256: 'a'.repeat(64), sizeBytes: 3 };
const inputs: JobAcceptedData['inputs'] = {
  film: { kind: 'url', url: 'http://a/b.mp4', secret: null },
  logo: { kind: 'file', fileId: 'file_0000', name: 'logo.png', contentType: 'image/png', blob },
};
const acceptedAt = '2026-11-22T10:00:00.000Z';
const accepted = (dryRun = false): JobEvent => ({
  type: 'JobAccepted',
  version: 1,
  data: {
    jobId,
    operation: 'transcode',
    operationVersion: 1,
    params: {},
    inputs,
    tasks: taskGraph({ inputs, pool: 'transcode-cpu', dryRun }),
    priority: 'normal',
    hardware: 'auto',
    apiKeyId: 'key_a',
    outputName: null,
    metadata: {},
    webhook: null,
    fetchHeadersSecret: null,
    userIp: null,
    retryOf: null,
    dryRun,
    acceptedAt,
  },
});
const outcome = (n: number, kind: TaskCompletedData['kind'], more: Partial<TaskCompletedData> = {}): TaskEvent => ({
  type: 'TaskCompleted',
  version: 1,
  data: {
    jobId,
    n,
    kind,
    attempt: 1,
    ingested: null,
    artifacts: [],
    outputs: [],
    plan: null,
    result: null,
    stats: null,
    warnings: [],
    progress: [],
    log: null,
    ...more,
  },
});
const started = (n: number): TaskEvent => ({
  type: 'TaskStarted',
  version: 1,
  data: { jobId, n, kind: 'operation', attempt: 1, pool: 'p', worker: 'w', afterLostWorker: false },
});
const error = { code: 'ffmpeg_failed', message: 'm', fault: 'system', retryable: true, hint: 'h' } as const;

const after = (...events: (JobEvent | TaskEvent)[]): OpenJob | null =>
  events.reduce<OpenJob | null>((job, event, position) => {
    const projected: ProjectedEvent<JobEvent | TaskEvent> = {
      event,
      stream: 's',
      position,
      index: 0,
      version: 1,
      occurredAt: acceptedAt,
      correlationId: jobId,
      causationId: 'c',
    };
    expect(openJobs.keys(projected)).toEqual([jobId]);
    return openJobs.evolve(job, projected, jobId);
  }, null);
const next = (job: OpenJob | null) =>
  (job ? advanceJob(job) : []).map((advance) =>
    advance.type === 'decide'
      ? advance.command.type
      : 'task' in advance
        ? `${advance.type} ${advance.task.n}`
        : advance.type,
  );

it('plans fetch, work and publish; a dry run plans only', () => {
  expect(taskGraph({ inputs, pool: 'p', dryRun: false }).map(({ kind, after: before }) => [kind, before])).toEqual([
    ['ingest', []],
    ['operation', [0]],
    ['publish', [1]],
  ]);
  expect(taskGraph({ inputs, pool: 'p', dryRun: true }).map(({ kind }) => kind)).toEqual(['ingest', 'plan']);
});

it('releases a task when those before it are done', () => {
  expect(next(after(accepted()))).toEqual(['release 0']);
  expect(next(after(accepted(), started(0)))).toEqual([]);
  const ingested = { blob, name: 'b.mp4', contentType: 'video/mp4' };
  const job = after(accepted(), started(0), outcome(0, 'ingest', { ingested }));
  expect(next(job)).toEqual(['release 1']);
  expect(inputsOf(job as OpenJob, (job as OpenJob).tasks[1] as OpenJob['tasks'][0]).inputs).toEqual({
    film: ingested,
    logo: { blob, name: 'logo.png', contentType: 'image/png' },
  });
});

it('completes the job with what publish registered, and drops it', () => {
  const output = {
    name: 'o.mp4',
    fileId: 'file_1111',
    contentType: 'video/mp4',
    blob,
    sizeBytes: 3,
    media: null,
    main: null,
  };
  const done = after(
    accepted(),
    outcome(0, 'ingest'),
    outcome(1, 'operation', { warnings: ['w'], result: { inline: 7 } }),
    outcome(2, 'publish', { outputs: [output] }),
  );
  expect(advanceJob(done as OpenJob)).toEqual([
    {
      type: 'decide',
      command: { type: 'CompleteJob', jobId, outputs: [output], result: { inline: 7 }, stats: null, warnings: ['w'] },
    },
  ]);
  const ended: JobEvent = {
    type: 'JobCompleted',
    version: 1,
    data: {
      jobId,
      operation: 'transcode',
      apiKeyId: 'key_a',
      acceptedAt,
      outputs: [],
      result: null,
      stats: null,
      warnings: [],
    },
  };
  expect(after(accepted(), outcome(0, 'ingest'), outcome(1, 'operation'), outcome(2, 'publish'), ended)).toBeNull();
});

it('gives the plan of a dry run as the result', () => {
  const done = after(accepted(true), outcome(0, 'ingest'), outcome(1, 'plan', { plan: { inline: { steps: [] } } }));
  expect(advanceJob(done as OpenJob)).toMatchObject([
    { command: { type: 'CompleteJob', result: { inline: { steps: [] } } } },
  ]);
});

it('fails the job when a task has failed for good, and waits while it will be tried again', () => {
  const failed = (isFinal: boolean): TaskEvent => ({
    type: 'TaskFailed',
    version: 1,
    data: { jobId, n: 0, kind: 'ingest', attempt: 1, error, isFinal, log: null },
  });
  const dueAt = '2026-11-22T10:01:00.000Z';
  const scheduled: TaskEvent = {
    type: 'RetryScheduled',
    version: 1,
    data: { jobId, n: 0, kind: 'ingest', attempt: 2, dueAt },
  };
  expect(next(after(accepted(), started(0), failed(true)))).toEqual(['FailJob']);
  const waiting = after(accepted(), started(0), failed(false), scheduled);
  expect(next(waiting)).toEqual(['release 0']);
  expect(waiting?.tasks[0]).toMatchObject({ status: 'waiting', dueAt, attempt: 1, worker: null });
  const handedBack: TaskEvent = {
    type: 'TaskHandedBack',
    version: 1,
    data: { jobId, n: 0, kind: 'ingest', attempt: 1, reason: 'r' },
  };
  expect(next(after(accepted(), started(0), handedBack))).toEqual(['release 0']);
});

it('keeps a cancelled job until what could still run is cancelled', () => {
  const cancelled: JobEvent = {
    type: 'JobCancelled',
    version: 1,
    data: { jobId, operation: 'transcode', apiKeyId: 'key_a', acceptedAt, by: 'k', reason: null },
  };
  const taskCancelled = (n: number): TaskEvent => ({
    type: 'TaskCancelled',
    version: 1,
    data: { jobId, n, kind: 'ingest', reason: 'job_ended' },
  });
  const open = after(accepted(), started(0), cancelled);
  expect(next(open)).toEqual(['cancel-task 0']);
  expect(after(accepted(), started(0), cancelled, taskCancelled(0))).toBeNull();
  // The result came first: then the next task could start, and is cancelled instead.
  expect(next(after(accepted(), started(0), cancelled, outcome(0, 'ingest')))).toEqual(['cancel-task 1']);
});

it('is not woken by events of jobs that are over', () => {
  expect(after(started(0))).toBeNull();
});

it('remembers where a task was sent and what failed there, and says so with the result', () => {
  const ref = { jobId, n: 1, kind: 'operation' } as const;
  const reroute = (pool: string, reason: RerouteReason): TaskEvent => ({
    type: 'TaskRerouted',
    version: 1,
    data: { ...ref, pool, reason },
  });
  const sent = [accepted(), outcome(0, 'ingest'), reroute('transcode-gpu', 'gpu_worker'), started(1)];
  const fall = { from: 'gpu_encode', to: 'cpu', reason: 'encode_failed', detail: '' } as const;
  const back = after(
    ...sent,
    { type: 'TaskFellBack', version: 1, data: { ...ref, attempt: 1, ...fall } },
    { type: 'TaskHandedBack', version: 1, data: { ...ref, attempt: 1, reason: 'gpu_failed' } },
    reroute('transcode-cpu', 'gpu_failed'),
  );
  expect(back?.tasks[1]).toMatchObject({ status: 'requested', pool: 'transcode-cpu', worker: null });
  expect(next(back)).toEqual(['release 1']);
  const done = after(...sent, outcome(1, 'operation', { warnings: ['w'] }), outcome(2, 'publish'));
  expect(next(done)).toEqual(['CompleteJob']);
  const tasks = done!.tasks.map((task) => ({ ...task, falls: back!.tasks[task.n]!.falls }));
  expect(advanceJob({ ...done!, tasks })[0]).toMatchObject({
    command: { warnings: ['the GPU could not do it (encode_failed); encoded on the CPU', 'w'] },
  });
});
