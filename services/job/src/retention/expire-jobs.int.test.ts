import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { jobStream, type AcceptRequest, type JobEvent } from '@ffapi/contracts';
import { handleCommand } from '@ffapi/es';
import { openRuntime, type Runtime, type ServiceContext } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobDecider } from '../jobs/job.decider.ts';
import { acceptJob } from '../jobs/accept-job.consumer.ts';
import { jobRequests } from '../jobs/answer-requests.consumer.ts';
import { expireJobs } from './expire-jobs.runner.ts';
import { Leader } from '../job.leader.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-expire-'));
const dayMs = 24 * 3600 * 1000;
const actor = { keyId: 'key_a', isAdmin: false };
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent', CLEANUP_INTERVAL_SECONDS: '1' });
  runtime = await openRuntime({
    config,
    natsUrl: nats.url,
    monitorUrl: nats.monitorUrl,
    metrics: createMetrics(),
  });
  context = runtime.context('job');
});

afterAll(async () => {
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

const accept = async (): Promise<{ jobId: string; secret: string }> => {
  const secret = await context.secrets.seal('http://user:secret@host/film.mp4', { purpose: 'url' });
  const job: AcceptRequest['job'] = {
    jobId: context.newId('job'),
    operation: 'transcode',
    operationVersion: 1,
    params: {},
    inputs: { source: { kind: 'url', url: 'http://host/film.mp4', secret } },
    pool: 'transcode-cpu',
    priority: 'normal',
    hardware: 'auto',
    apiKeyId: actor.keyId,
    outputName: null,
    metadata: {},
    webhook: null,
    fetchHeadersSecret: null,
    userIp: null,
    retryOf: null,
    dryRun: false,
    acceptedAt: context.now(),
  };
  await acceptJob(context, () => false, { job, requestId: 'r', traceparent: null });
  return { jobId: job.jobId, secret };
};

const cancel = (jobId: string) =>
  handleCommand(
    context.store,
    jobDecider,
    jobStream(jobId),
    { type: 'CancelJob', jobId, by: 'test', reason: null },
    { commitId: `cancel_${jobId}`, occurredAt: context.now(), correlationId: jobId, causationId: 'test' },
  );

const newest = async (jobId: string): Promise<string | undefined> =>
  (await context.store.load<JobEvent>(jobStream(jobId))).commits.at(-1)?.events.at(-1)?.type;

it('lets go of jobs that ended long ago, with their secrets, and of no others', async () => {
  const [ended, open] = [await accept(), await accept()];
  await cancel(ended.jobId);
  const readModel = await context.openReadModel();
  const requests = jobRequests(context, new Leader(context, readModel), () => false);
  const { jobId: copyId } = (await requests['job.retry']!({
    jobId: ended.jobId,
    newJobId: context.newId('job'),
    actor,
    requestId: 'r',
  })) as { jobId: string };
  const stopping = new AbortController();
  const in91Days = (): string => new Date(Date.now() + 91 * dayMs).toISOString();
  const expiring = expireJobs({ ...context, now: in91Days }, readModel, stopping.signal);
  await expect.poll(() => newest(ended.jobId)).toBe('JobExpired');
  stopping.abort();
  await expiring;
  expect(await newest(open.jobId)).toBe('JobAccepted');
  await expect(context.secrets.open(ended.secret)).rejects.toThrow();
  expect(await context.secrets.open(open.secret)).toContain('secret');
  const [copy] = (await context.store.load<JobEvent>(jobStream(copyId))).commits[0]!.events;
  const source = copy?.type === 'JobAccepted' ? copy.data.inputs.source : null;
  expect(source?.kind === 'url' && (await context.secrets.open(source.secret!))).toContain('secret');
  await expect(requests['job.cancel']!({ jobId: ended.jobId, actor, reason: null })).rejects.toMatchObject({
    code: 'job_not_found',
  });
  await readModel.close();
});
