import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, type Answer, type Job } from './faults/client.ts';
import { freePorts } from '@ffapi/testkit';
import { NatsProcess } from './faults/nats-process.ts';
import { cutClip } from './faults/clip.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const apiKey = 'key_without_a_broker_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-away-'));
const clip = join(dir, 'clip.mp4');
/** From the return of the broker to the first finished job. */
const resumeMsMax = 10_000;
let nats: NatsProcess;
let platform: RunningPlatform;
let client: Client;

beforeAll(async () => {
  await cutClip(clip, 1);
  const [natsPort = 0, monitorPort = 0] = await freePorts(2);
  nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
  await nats.start();
  const env = {
    PORT: '0',
    NATS_URL: nats.url,
    NATS_MONITOR_URL: nats.monitorUrl,
    FFAPI_DATA_DIR: join(dir, 'data'),
    ADMIN_API_KEY: apiKey,
    ALLOW_PRIVATE_IPS: 'true',
    MIN_FREE_SPACE_MB: '0',
    LOG_LEVEL: 'fatal',
  };
  platform = startPlatform(env, join(dir, 'platform.log'));
  client = new Client(await platform.ready, apiKey);
});

afterAll(async () => {
  await platform.end('SIGTERM');
  await nats.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

it('refuses submits with 503 and Retry-After while the broker is away, reads on, and works when it is back', async () => {
  const fileId = (await client.upload(clip, 'clip.mp4')) ?? '';
  await nats.end('SIGKILL');
  const submits = await Promise.all(
    [fileId, 'http://127.0.0.1:9/clip.mp4'].map((url) => client.call('POST', '/v1/probe', { body: { url } })),
  );
  for (const answer of submits) {
    expect(answer?.status).toBe(503);
    expect(answer?.headers.get('retry-after')).toMatch(/^\d+$/);
  }
  expect((await client.call('GET', '/v1/files'))?.status).toBe(200);
  expect((await client.call('GET', '/v1/jobs'))?.status).toBe(200);
  await nats.start();
  const startMs = performance.now();
  const again = { body: { url: fileId }, headers: { prefer: 'wait=10' } };
  let answer: Answer<Job> | null = null;
  while (answer?.status !== 200 && performance.now() - startMs < resumeMsMax)
    answer = await client.call<Job>('POST', '/v1/probe', again);
  expect(answer?.status).toBe(200);
  expect(answer?.body.status).toBe('completed');
  expect(performance.now() - startMs).toBeLessThan(resumeMsMax);
  const isListed = async (): Promise<boolean> =>
    (await client.jobs('&status=completed'))?.some(({ job_id }) => job_id === answer?.body.job_id) ?? false;
  await expect.poll(isListed, { timeout: resumeMsMax }).toBe(true);
});
