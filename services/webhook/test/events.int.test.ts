import {
  assetStream,
  jobStream,
  keyStream,
  taskStream,
  webhookCalls,
  webhookEventNames,
  type AssetEvent,
  type JobEvent,
  type KeyEvent,
  type TaskEvent,
  type WebhookEventName,
} from '@ffapi/contracts';
import { tell } from '@ffapi/bus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startReceiver, startTestbed, type Testbed } from './testbed.ts';

let bed: Testbed;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [bed, receiver] = await Promise.all([startTestbed(), startReceiver()]);
});
afterAll(async () => {
  await bed.stop();
  receiver.close();
});

const keyId = 'key_events';
const acceptedAt = '2026-01-01T00:00:00.000Z';
const heads = new Map<string, { version: number; position: number; hash: string }>();
const happen = async (stream: string, ...events: (JobEvent | TaskEvent | AssetEvent | KeyEvent)[]): Promise<void> => {
  const commit = {
    id: bed.context.newId('cmd'),
    occurredAt: acceptedAt,
    correlationId: stream,
    causationId: keyId,
    events,
  };
  heads.set(stream, await bed.context.store.append(stream, heads.get(stream) ?? null, commit));
};

const accept = async (): Promise<string> => {
  const jobId = bed.context.newId('job');
  await happen(jobStream(jobId), {
    type: 'JobAccepted',
    version: 1,
    data: {
      jobId,
      operation: 'transcode',
      operationVersion: 1,
      params: {},
      inputs: {},
      tasks: [{ n: 0, kind: 'operation', pool: 'transcode-cpu', after: [] }],
      priority: 'normal',
      hardware: 'auto',
      apiKeyId: keyId,
      outputName: null,
      metadata: {},
      webhook: null,
      fetchHeadersSecret: null,
      userIp: null,
      retryOf: null,
      dryRun: false,
      acceptedAt,
    },
  });
  return jobId;
};
const start = (jobId: string): Promise<void> =>
  happen(taskStream(jobId, 0), {
    type: 'TaskStarted',
    version: 1,
    data: { jobId, n: 0, kind: 'operation', attempt: 1, pool: 'transcode-cpu', worker: 'w', afterLostWorker: false },
  });
const ofJob = (jobId: string) => ({ jobId, operation: 'transcode', apiKeyId: keyId, acceptedAt });
const error = { code: 'internal', message: 'It failed.', fault: 'system' as const, retryable: false, hint: 'Ask.' };
const frame = (jobId: string, percent: number) => ({
  jobId,
  n: 0,
  attempt: 1,
  percent,
  fps: 25,
  speed: 1,
  etaSeconds: 3,
  stage: 'encode',
  at: acceptedAt,
});

it('sends every event that is sent, in the shape that is documented', async () => {
  const url = receiver.url('/all');
  await bed.subscribe(keyId, url, ['*']);
  const fileId = await bed.upload(keyId);
  await happen(assetStream(bed.context.newId('file')), {
    type: 'AssetDeleted',
    version: 1,
    data: { fileId, apiKeyId: keyId, name: 'clip.mp4', by: keyId, reason: 'asked for' },
  });
  const use = { keyId, used: 9, limit: 10, periodStart: acceptedAt };
  await happen(
    keyStream(keyId),
    { type: 'KeyQuotaNearlyUsed', version: 1, data: { ...use, quota: 'max_storage_mb' } },
    { type: 'KeyQuotaExceeded', version: 1, data: { ...use, quota: 'max_storage_mb' } },
  );
  const [completed, failed, cancelled] = [await accept(), await accept(), await accept()];
  await start(completed);
  const output = {
    name: 'a.mp4',
    fileId: bed.context.newId('file'),
    contentType: 'video/mp4',
    sizeBytes: 1,
    main: null,
  };
  const blob = { sha256: '0'.repeat(64), sizeBytes: 1 };
  await happen(assetStream(output.fileId), {
    type: 'AssetStored',
    version: 1,
    data: {
      ...output,
      blob,
      media: null,
      apiKeyId: keyId,
      origin: { kind: 'job', jobId: completed, task: 0, output: 'a.mp4' },
      expiresAt: null,
    },
  });
  const ended = { outputs: [{ ...output, blob, media: null }], result: null, stats: null, warnings: [] };
  await happen(jobStream(failed), { type: 'JobFailed', version: 1, data: { ...ofJob(failed), task: 0, error } });
  await happen(jobStream(cancelled), {
    type: 'JobCancelled',
    version: 1,
    data: { ...ofJob(cancelled), by: keyId, reason: null },
  });
  const said = () =>
    receiver
      .callsTo('/all')
      .map(({ body }) => JSON.parse(body) as { event: WebhookEventName; data: { job_id: string } });
  await eventually(() => {
    tell(bed.context.connection, `progress.${completed}`, frame(completed, 50));
    return said().some(({ event }) => event === 'job.progress') || null;
  });
  await happen(jobStream(completed), { type: 'JobCompleted', version: 1, data: { ...ofJob(completed), ...ended } });
  const expected = webhookEventNames.filter((event) => webhookCalls[event].isSent);
  await eventually(() => (expected.every((event) => said().some((call) => call.event === event)) ? true : null));
  for (const { event, data } of said()) expect(webhookCalls[event].data.parse(data), event).toEqual(data);
  expect(new Set(said().map(({ event }) => event))).toEqual(new Set(expected));

  const { data: listed } = await bed.list(url);
  expect(listed.map(({ event }) => event)).not.toContain('job.progress');
});

it('tells of progress at most every five seconds a job', async () => {
  const url = receiver.url('/progress');
  await bed.subscribe(keyId, url, ['job.progress']);
  const jobs = [await accept(), await accept()];
  const told = () => receiver.callsTo('/progress').map(({ body }) => JSON.parse(body).data as { job_id: string });
  for (const jobId of jobs) {
    let percent = 0;
    await eventually(() => {
      for (let i = 0; i < 20; i++) tell(bed.context.connection, `progress.${jobId}`, frame(jobId, percent++ % 100));
      return told().some(({ job_id }) => job_id === jobId) || null;
    });
  }
  expect(told().map(({ job_id }) => job_id)).toEqual(jobs);
});
