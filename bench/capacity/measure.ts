import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { JobResource } from '@ffapi/contracts';
import { freePorts, startNats } from '@ffapi/testkit';
import { makeClips } from '../kit/clips.ts';
import { startBenchPlatform, type BenchPlatform } from '../kit/platform.ts';
import type { JobCost, Measured, Station } from './model.ts';

/** What people send, by how often: an assumption, and the first thing to change. */
const mix: Readonly<Record<string, { readonly share: number; readonly path: string; readonly body: object }>> = {
  'probe of 30 s': { share: 0.2, path: '/v1/probe', body: {} },
  'remux of 30 s': { share: 0.2, path: '/v1/transcode', body: { output_format: 'mkv', video_codec: 'copy' } },
  'ten stills of 30 s': { share: 0.25, path: '/v1/video/thumbnails', body: { count: 10, method: 'uniform' } },
  'sound of 30 s': { share: 0.15, path: '/v1/audio/extract', body: { format: 'mp3' } },
  '1080p to 480p, 30 s': {
    share: 0.2,
    path: '/v1/transcode',
    body: { output_format: 'mp4', resolution: '480p', preset: 'fast' },
  },
};
const inputName: Readonly<Record<string, string>> = {
  '/v1/probe': 'url',
  '/v1/transcode': 'input_url',
  '/v1/video/thumbnails': 'video_url',
  '/v1/audio/extract': 'video_url',
};

const stationOf: Readonly<Record<string, Station>> = {
  gateway: 'gateway',
  job: 'job',
  storage: 'storage',
  webhook: 'webhook',
  transcode: 'worker',
  audio: 'worker',
  thumbnail: 'worker',
};

type Processes = Readonly<Record<string, BenchPlatform>>;

const startAll = async (dir: string, nats: { url: string; monitorUrl: string }): Promise<Processes> => {
  const [blobPort = 0] = await freePorts(1);
  const env = { SECRETS_KEY: randomBytes(32).toString('base64'), ALLOW_PRIVATE_IPS: 'true' };
  const started: Record<string, BenchPlatform> = {};
  for (const services of ['storage', 'job', 'webhook', 'transcode', 'audio', 'thumbnail', 'gateway']) {
    const blobs: Record<string, string> =
      services === 'storage' ? { BLOB_PORT: String(blobPort) } : { BLOB_URL: `http://127.0.0.1:${blobPort}` };
    started[services] = await startBenchPlatform({
      services,
      dataDir: join(dir, services),
      nats,
      env: { ...env, ...blobs },
    });
  }
  return started;
};

const cpuOf = (processes: Processes): Record<Station, number> => {
  const seconds: Record<Station, number> = { gateway: 0, job: 0, worker: 0, storage: 0, webhook: 0 };
  for (const [service, { cpuSeconds }] of Object.entries(processes))
    seconds[stationOf[service] as Station] += cpuSeconds();
  return seconds;
};

const eventsOf = async (connection: NatsConnection): Promise<{ commits: number; bytes: number }> => {
  const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
  return { commits: state.messages, bytes: state.bytes };
};

type Past = {
  readonly data: readonly { readonly type: string; readonly occurred_at: string; readonly data: object }[];
};

/** How long the operation of a job took, for those whose tools tell no CPU time: one thread is all they use. */
const operationSeconds = async (gateway: BenchPlatform, jobId: string): Promise<number> => {
  const { data } = await gateway.get<Past>(`/v1/jobs/${jobId}/history`);
  const at = (type: string): number => {
    const event = data.find((each) => each.type === type && (each.data as { n?: number }).n === 0);
    return Date.parse(event?.occurred_at ?? '');
  };
  return (at('TaskCompleted') - at('TaskStarted')) / 1000;
};

const appends = 3_000;
const atOnce = 50;

/** Milliseconds of the store for a commit while many come: synced writes of the size of a commit. */
const measureAppend = async (connection: NatsConnection): Promise<number> => {
  await (await jetstreamManager(connection)).streams.add({ name: 'CAPACITY', subjects: ['capacity.>'] });
  const js = jetstream(connection);
  const payload = randomBytes(1_000);
  let next = 0;
  const row = async (): Promise<void> => {
    while (next < appends) await js.publish(`capacity.${next++}`, payload);
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: atOnce }, row));
  return (performance.now() - startMs) / appends;
};

/** Sends jobs of each kind, one after another, and reads what they cost. */
export const measure = async (each: number, say: (text: string) => void): Promise<Measured> => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-capacity-'));
  const clips = await makeClips();
  const nats = await startNats({ storeDir: join(dir, 'nats') });
  const processes = await startAll(dir, nats);
  const connection = await connect({ servers: nats.url });
  let called = 0;
  const receiver = createServer((request, response) => {
    request.resume().once('end', () => {
      called++;
      receiver.emit('told');
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const told = async (count: number): Promise<void> => {
    while (called < count) await once(receiver, 'told');
  };
  try {
    const gateway = processes.gateway as BenchPlatform;
    const input = await gateway.upload(clips.film);
    const run = async (kind: string): Promise<JobResource> => {
      const { path, body } = mix[kind] as (typeof mix)[string];
      const before = called;
      const whole = { ...body, [inputName[path] as string]: input, webhook_url: hook };
      const job = await gateway.submit(path, whole, { wait: true });
      if (job.status !== 'completed') throw new Error(`${kind}: ${JSON.stringify(job.error)}`);
      await told(before + 1);
      return job;
    };
    const jobs: Record<string, JobCost> = {};
    for (const [kind, { share }] of Object.entries(mix)) {
      await run(kind);
      const [cpuBefore, eventsBefore] = [cpuOf(processes), await eventsOf(connection)];
      let [outputBytes, toolSeconds] = [0, 0];
      for (let i = 0; i < each; i++) {
        const { job_id, outputs, ffmpeg_stats: stats } = await run(kind);
        outputBytes += outputs.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
        toolSeconds += stats?.cpu_seconds || (await operationSeconds(gateway, job_id));
      }
      const [cpu, events] = [cpuOf(processes), await eventsOf(connection)];
      // Tools run in a sandbox, whose processes are not this tree's.
      cpu.worker += toolSeconds;
      const perJob = (value: number): number => Math.round((value / each) * 100) / 100;
      jobs[kind] = {
        share,
        cpuMs: Object.fromEntries(
          Object.entries(cpu).map(([station, seconds]) => [
            station,
            perJob((seconds - cpuBefore[station as Station]) * 1000),
          ]),
        ) as Record<Station, number>,
        commits: perJob(events.commits - eventsBefore.commits),
        eventBytes: perJob(events.bytes - eventsBefore.bytes),
        outputBytes: Math.round(outputBytes / each),
      };
      say(`${kind}  ${JSON.stringify(jobs[kind])}`);
    }
    const [cpu] = cpus();
    return {
      measuredAt: new Date().toISOString().slice(0, 10),
      machine: `${cpus().length} cores, ${cpu?.model ?? ''}`,
      appendMs: Math.round((await measureAppend(connection)) * 1000) / 1000,
      jobs,
    };
  } finally {
    await connection.close();
    await Promise.all(Object.values(processes).map((process_) => process_.stop()));
    await nats.stop();
    receiver.close();
    receiver.closeAllConnections();
    clips.remove();
    rmSync(dir, { recursive: true, force: true });
  }
};
