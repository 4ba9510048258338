import type { JobAcceptedData, JobEvent } from '@ffapi/contracts';
import { given } from '@ffapi/es-testing';
import { describe, it } from 'vitest';
import { jobDecider } from './job.decider.ts';

const jobId = 'job_0000';
const acceptedAt = '2026-11-22T10:00:00.000Z';
const job: JobAcceptedData = {
  jobId,
  operation: 'transcode',
  operationVersion: 1,
  params: {},
  inputs: {},
  tasks: [{ n: 0, kind: 'operation', pool: 'transcode-cpu', after: [] }],
  priority: 'normal',
  hardware: 'auto',
  apiKeyId: 'key_a',
  outputName: null,
  metadata: {},
  webhook: null,
  fetchHeadersSecret: null,
  userIp: null,
  retryOf: null,
  dryRun: false,
  acceptedAt,
};
const ref = { jobId, operation: 'transcode', apiKeyId: 'key_a', acceptedAt };
const accepted: JobEvent = { type: 'JobAccepted', version: 1, data: job };
const error = { code: 'media_unreadable', message: 'm', fault: 'input', retryable: false, hint: 'h' } as const;
const failed: JobEvent = { type: 'JobFailed', version: 1, data: { ...ref, task: 0, error } };
const cancelled: JobEvent = { type: 'JobCancelled', version: 1, data: { ...ref, by: 'key_a', reason: null } };
const completed: JobEvent = {
  type: 'JobCompleted',
  version: 1,
  data: { ...ref, outputs: [], result: null, stats: null, warnings: [] },
};
const cancel = { type: 'CancelJob', jobId, by: 'key_a', reason: null } as const;
const complete = { type: 'CompleteJob', jobId, outputs: [], result: null, stats: null, warnings: [] } as const;
const retry = { type: 'RetryJob', jobId, newJobId: 'job_0001', by: 'key_a' } as const;

describe('a job', () => {
  it('is accepted once', () => {
    given(jobDecider, []).when({ type: 'AcceptJob', job }).then([accepted]);
    given(jobDecider, [accepted]).when({ type: 'AcceptJob', job }).then([]);
  });

  it('must be there', () => {
    given(jobDecider, []).when(cancel).thenRefused('job_not_found');
  });

  it('ends once, and stays as it ended', () => {
    given(jobDecider, [accepted])
      .when({ ...complete, outputs: [], warnings: [] })
      .then([completed]);
    given(jobDecider, [accepted]).when({ type: 'FailJob', jobId, task: 0, error }).then([failed]);
    given(jobDecider, [accepted]).when(cancel).then([cancelled]);
    given(jobDecider, [accepted, cancelled])
      .when({ ...complete, outputs: [], warnings: [] })
      .then([]);
    given(jobDecider, [accepted, cancelled]).when({ type: 'FailJob', jobId, task: 0, error }).then([]);
    given(jobDecider, [accepted, cancelled]).when(cancel).then([]);
    given(jobDecider, [accepted, completed]).when(cancel).thenRefused('job_already_finished');
  });

  it('is held once, and goes on once', () => {
    const hold = { type: 'HoldJob', jobId, reason: 'moderation_review' } as const;
    const release = { type: 'ReleaseJob', jobId, by: 'key_admin' } as const;
    const held: JobEvent = { type: 'JobHeld', version: 1, data: { ...ref, reason: 'moderation_review' } };
    const released: JobEvent = { type: 'JobReleased', version: 1, data: { ...ref, by: 'key_admin' } };
    given(jobDecider, [accepted]).when(hold).then([held]);
    given(jobDecider, [accepted, held]).when(hold).then([]);
    given(jobDecider, [accepted, held]).when(release).then([released]);
    given(jobDecider, [accepted, held, released]).when(hold).then([]);
    given(jobDecider, [accepted, held, released]).when(release).then([]);
    given(jobDecider, [accepted]).when(release).then([]);
    given(jobDecider, [accepted, cancelled]).when(hold).then([]);
    given(jobDecider, [accepted, held, cancelled]).when(release).then([]);
    given(jobDecider, [accepted, held]).when(cancel).then([cancelled]);
    given(jobDecider, [accepted, held]).when({ type: 'FailJob', jobId, task: 0, error }).then([failed]);
  });

  it('is retried once, and only after it has failed or was cancelled', () => {
    const retried: JobEvent = { type: 'JobRetried', version: 1, data: { jobId, newJobId: 'job_0001', by: 'key_a' } };
    given(jobDecider, [accepted, failed]).when(retry).then([retried]);
    given(jobDecider, [accepted, cancelled]).when(retry).then([retried]);
    given(jobDecider, [accepted, failed, retried])
      .when({ ...retry, newJobId: 'job_0002' })
      .thenRefused('job_already_retried');
    given(jobDecider, [accepted]).when(retry).thenRefused('job_not_retryable');
    given(jobDecider, [accepted, completed]).when(retry).thenRefused('job_not_retryable');
  });
});
