import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from './faults/checker.ts';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { freePorts } from '@ffapi/testkit';
import { NatsProcess } from './faults/nats-process.ts';
import { startReceiver, type Call, type Neighbour } from './faults/neighbours.ts';
import { ServiceProcess, type Environment } from './faults/service-process.ts';
import { framesOf } from './sse.ts';
import { sharedSettings } from './shared-settings.ts';

const apiKey = 'key_of_two_of_each_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-two-'));
const clip = join(dir, 'clip.mp4');

let nats: NatsProcess;
let receiver: Neighbour;
let platforms: readonly ServiceProcess[];
let urls: readonly string[];
const calls: Call[] = [];
const downloads: Extract<Entry, { kind: 'download' }>[] = [];

const client = (at: number): Client =>
  new Client(urls[at] ?? '', apiKey, (entry) => {
    if (entry.kind === 'download') downloads.push({ atMs: Date.now(), ...entry });
  });

/** Every service twice, each half with a folder of its own: the blobs of the second half are those of the first, over HTTP. */
beforeAll(async () => {
  await cutClip(clip, 1);
  receiver = await startReceiver((call) => void calls.push(call));
  const [natsPort = 0, monitorPort = 0, blobPort = 0] = await freePorts(3);
  nats = new NatsProcess(join(dir, 'nats'), natsPort, monitorPort);
  await nats.start();
  const shared = {
    ...sharedSettings(nats, apiKey),
    ALLOW_PRIVATE_IPS: 'true',
  };
  const halves: readonly Environment[] = [
    { BLOB_PORT: String(blobPort) },
    { BLOB_URL: `http://127.0.0.1:${blobPort}` },
  ];
  platforms = halves.map(
    (half, i) =>
      new ServiceProcess({ ...shared, ...half, FFAPI_DATA_DIR: join(dir, `half-${i}`) }, join(dir, `half-${i}.log`)),
  );
  urls = await Promise.all(platforms.map(({ ready }) => ready));
});

afterAll(async () => {
  await Promise.all(platforms.map((platform) => platform.end('SIGTERM')));
  await nats.end('SIGTERM');
  receiver.close();
  rmSync(dir, { recursive: true, force: true });
});

const submit = async (at: number, path: string, body: Readonly<Record<string, unknown>>): Promise<string> => {
  const answer = await client(at).call<Job>('POST', path, { body: { ...body, webhook_url: receiver.url } });
  expect(answer?.status).toBe(202);
  return answer?.body.job_id ?? '';
};

const eventsOf = async (at: number, jobId: string): Promise<string[]> => {
  const events: string[] = [];
  for await (const { id, event } of framesOf(`${urls[at]}/v1/jobs/${jobId}/events`, apiKey))
    if (id !== null) events.push(event);
  return events;
};

describe('two processes of every service', () => {
  it('take work at either gateway, tell of it and list it at the other', async () => {
    const fileId = (await client(0).upload(clip, 'clip.mp4')) ?? '';
    const jobIds = await Promise.all([
      submit(0, '/v1/transcode', { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' }),
      submit(1, '/v1/transcode', { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' }),
      submit(0, '/v1/video/thumbnails', { video_url: fileId, count: 2, method: 'uniform' }),
      submit(1, '/v1/video/thumbnails', { video_url: fileId, count: 2, method: 'uniform' }),
    ]);
    const stories = await Promise.all(jobIds.map((jobId, i) => eventsOf(1 - (i % 2), jobId)));
    for (const story of stories) {
      expect(story[0]).toBe('JobAccepted');
      expect(story.filter((event) => event.startsWith('Job'))).toEqual(['JobAccepted', 'JobCompleted']);
    }
    for (const at of [0, 1]) {
      await expect
        .poll(async () => (await client(at).jobs('&status=completed'))?.map(({ job_id }) => job_id).toSorted())
        .toEqual(jobIds.toSorted());
    }
    for (const [i, jobId] of jobIds.entries()) {
      const outputs = (await client(1 - (i % 2)).job(jobId))?.outputs ?? [];
      expect(outputs).toHaveLength(i < 2 ? 1 : 2);
      for (const output of outputs) {
        await client(1 - (i % 2)).download(output);
        expect(downloads.at(-1)).toMatchObject({
          fileId: output.file_id,
          sizeBytes: output.size_bytes,
          sha256: output.sha256,
        });
      }
    }
    await expect.poll(() => calls.map(({ jobId }) => jobId).toSorted()).toEqual(jobIds.toSorted());
  });

  it.each([0, 1])('hold a request at gateway %i until a worker of any process is done', async (at) => {
    const fileId = (await client(1 - at).upload(clip, 'clip.mp4')) ?? '';
    const answer = await client(at).call<Job>('POST', '/v1/probe', {
      body: { url: fileId },
      headers: { prefer: 'wait=30' },
    });
    expect(answer?.status).toBe(200);
    expect(answer?.body.status).toBe('completed');
  });

  it('give one job to one Idempotency-Key at both gateways', async () => {
    const fileId = (await client(0).upload(clip, 'clip.mp4')) ?? '';
    const ask = { body: { url: fileId }, key: 'at-both-gateways' };
    const answers = await Promise.all([0, 1, 0, 1, 0, 1].map((at) => client(at).call<Job>('POST', '/v1/probe', ask)));
    expect(answers.map((answer) => answer?.status)).toEqual(Array(6).fill(202));
    expect(new Set(answers.map((answer) => answer?.body.job_id)).size).toBe(1);
  });
});
