import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { NatsProcess } from './faults/nats-process.ts';
import { ServiceProcess, type Environment } from './faults/service-process.ts';
import { serviceNames } from './service-names.ts';
import { sharedSettings } from './shared-settings.ts';

const apiKey = 'key_of_one_task_0123456789abc';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-one-'));
const clip = join(dir, 'clip.mp4');

let nats: NatsProcess;
let settings: Environment;
let platform: ServiceProcess;
let client: Client;

/** Everything but transcode, of which each process is started for one task, as a Job of Kubernetes is. */
beforeAll(async () => {
  await cutClip(clip, 1);
  const [natsPort = 0, monitorPort = 0, blobPort = 0] = await freePorts(3);
  nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
  await nats.start();
  const ofAll = sharedSettings(nats, apiKey);
  settings = { ...ofAll, BLOB_URL: `http://127.0.0.1:${blobPort}`, WORKER_ONE_TASK: 'true' };
  const others = serviceNames.filter((name) => name !== 'transcode');
  platform = new ServiceProcess(
    { ...ofAll, BLOB_PORT: String(blobPort), SERVICES: others.join(','), FFAPI_DATA_DIR: join(dir, 'platform') },
    join(dir, 'platform.log'),
  );
  client = new Client(await platform.ready, apiKey);
});

afterAll(async () => {
  await platform.end('SIGTERM');
  await nats.end('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

let started = 0;
const startOne = (services: string): { readonly process: ServiceProcess; readonly log: string } => {
  const name = `one-${++started}`;
  const log = join(dir, `${name}.log`);
  const env = { ...settings, SERVICES: services, FFAPI_DATA_DIR: join(dir, name) };
  return { process: new ServiceProcess(env, log), log };
};

it('a worker for one task does one and ends, and leaves the others to others', async () => {
  const fileId = (await client.upload(clip, 'clip.mp4')) ?? '';
  const body = { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' };
  const answers = await Promise.all([1, 2, 3].map(() => client.call<Job>('POST', '/v1/transcode', { body })));
  const jobIds = answers.map((answer) => answer?.body.job_id ?? '');
  const statuses = async (): Promise<string[]> =>
    (await Promise.all(jobIds.map(async (jobId) => (await client.job(jobId))?.status ?? ''))).toSorted();

  expect(await startOne('transcode').process.exited).toBe(0);
  await expect.poll(statuses).toEqual(['completed', 'queued', 'queued']);
  const both = [startOne('transcode'), startOne('transcode')];
  expect(await Promise.all(both.map(({ process }) => process.exited))).toEqual([0, 0]);
  await expect.poll(statuses).toEqual(['completed', 'completed', 'completed']);
  const attempts = await Promise.all(jobIds.map(async (jobId) => (await client.job(jobId))?.attempts));
  expect(attempts).toEqual([1, 1, 1]);
});

it.each(['gateway', 'transcode,audio', 'storage'])('%s alone is not started for one task', async (services) => {
  const { process, log } = startOne(services);
  expect(await process.exited).toBe(1);
  expect(readFileSync(log, 'utf8')).toMatch(/WORKER_ONE_TASK=true needs SERVICES to name one of transcode, audio/);
});
