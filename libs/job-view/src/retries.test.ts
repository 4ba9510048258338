import type { Failure, JobAcceptedData, JobEvent, TaskEvent } from '@ffapi/contracts';
import { jobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { jobResourceOf } from './job-resource.ts';
import { evolveJob, type JobDocument } from './jobs.projection.ts';
import { unsignedLinks } from './links.ts';

const jobId = 'job_0000000000000000000000';
const at = '2026-11-30T10:00:00.000Z';
const dueAt = '2026-11-30T10:01:00.000Z';
const accepted: JobAcceptedData = {
  jobId,
  operation: 'transcode',
  operationVersion: 1,
  params: {},
  inputs: {},
  tasks: [{ n: 0, kind: 'operation', pool: 'transcode', after: [] }],
  priority: 'normal',
  hardware: 'auto',
  apiKeyId: 'key',
  outputName: null,
  metadata: {},
  webhook: null,
  fetchHeadersSecret: null,
  userIp: null,
  retryOf: null,
  dryRun: false,
  acceptedAt: at,
};
const error: Failure = {
  code: 'ffmpeg_failed',
  message: 'm',
  fault: 'system',
  retryable: true,
  hint: 'h',
  details: { cause: 'c' },
};
const ofTask = { jobId, n: 0, kind: 'operation' } as const;
const ofJob = { jobId, operation: 'transcode', apiKeyId: 'key', acceptedAt: at };
const started = (attempt: number): TaskEvent => ({
  type: 'TaskStarted',
  version: 1,
  data: { ...ofTask, attempt, pool: 'transcode', worker: 'w', afterLostWorker: false },
});
const failed = (isFinal: boolean): TaskEvent => ({
  type: 'TaskFailed',
  version: 1,
  data: { ...ofTask, attempt: 1, error, isFinal, log: null },
});
const scheduled: TaskEvent = { type: 'RetryScheduled', version: 1, data: { ...ofTask, attempt: 2, dueAt } };
const waiting = [started(1), failed(false), scheduled];

const shown = (...events: (JobEvent | TaskEvent)[]) => {
  const all = [{ type: 'JobAccepted', version: 1, data: accepted } as const, ...events];
  const job = all.reduce<JobDocument | null>(
    (known, event, n) => evolveJob(known, { event, occurredAt: at, position: n, index: 0 } as never),
    null,
  );
  if (job === null) throw new Error('there is no job');
  const extras = { links: unsignedLinks, progress: null, place: null, result: null, showUserIp: false };
  return jobResource.parse(jobResourceOf(job, extras));
};

const nothing = { last_error: null, next_attempt_at: null };
const lastError = { code: 'ffmpeg_failed', message: 'm', fault: 'system', retryable: true, hint: 'h' };

describe('a job that is tried again', () => {
  it('tells why, and when', () => {
    expect(shown()).toMatchObject({ status: 'queued', ...nothing });
    expect(shown(...waiting)).toMatchObject({
      status: 'queued',
      error: null,
      last_error: lastError,
      next_attempt_at: dueAt,
    });
  });

  it('tells why also while the next attempt runs', () => {
    expect(shown(...waiting, started(2))).toMatchObject({
      status: 'running',
      attempts: 2,
      last_error: lastError,
      next_attempt_at: null,
    });
  });

  it('has one error when it has ended, or none', () => {
    const jobFailed: JobEvent = { type: 'JobFailed', version: 1, data: { ...ofJob, task: 0, error } };
    expect(shown(...waiting, started(2), failed(true), jobFailed)).toMatchObject({
      status: 'failed',
      error: lastError,
      ...nothing,
    });
    const completed: JobEvent = {
      type: 'JobCompleted',
      version: 1,
      data: { ...ofJob, outputs: [], result: null, stats: null, warnings: [] },
    };
    expect(shown(...waiting, started(2), completed)).toMatchObject({ status: 'completed', error: null, ...nothing });
    const cancelled: JobEvent = { type: 'JobCancelled', version: 1, data: { ...ofJob, by: 'key', reason: null } };
    expect(shown(...waiting, cancelled)).toMatchObject({ status: 'cancelled', error: null, ...nothing });
  });
});

it('a job that was written before is shown all the same', () => {
  const job = evolveJob(null, { event: { type: 'JobAccepted', version: 1, data: accepted }, occurredAt: at } as never);
  const extras = { links: unsignedLinks, progress: null, place: null, result: null, showUserIp: false };
  expect(jobResourceOf(job as JobDocument, extras)).toMatchObject(nothing);
});
