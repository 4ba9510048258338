import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { JobEvent } from '@ffapi/contracts';
import type { EventStore } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { ask } from './kit/request.ts';
import { makeClips } from './kit/clips.ts';
import { treeCpuSeconds } from './kit/cpu-time.ts';
import { serveFile } from './kit/file-server.ts';
import { closedLoop, loadPost } from './kit/load.ts';
import { startPeer } from './kit/peer.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { startRedis } from './kit/redis.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';

const timeoutMs = 120_000;
const callers = 50;
/** A job's operation and its publishing are released once each. */
const releasesPerJob = 2;
const messagesPerJob = 7 + releasesPerJob;
/** About what a commit weighs. */
const commitBytes = 1_100;

/** Resolves when this many jobs have ended from now on. */
const jobsEnded = async (store: EventStore, count: number): Promise<() => Promise<void>> => {
  const after = await store.lastPosition();
  const reading = new AbortController();
  const counting = (async () => {
    let open = count;
    for await (const commits of store.read<JobEvent>({
      after,
      streams: ['job.>'],
      follow: true,
      signal: reading.signal,
    })) {
      for (const { type, data } of commits.flatMap(({ events }) => events)) {
        if (type === 'JobFailed') throw new Error(`a job failed: ${data.error.message}`);
        if (type === 'JobCompleted' && --open === 0) return;
      }
    }
  })();
  return () => counting.finally(() => reading.abort());
};

const runJobs = async (platform: BenchPlatform, store: EventStore, body: unknown, count: number): Promise<Metrics> => {
  const before = await store.lastPosition();
  const ended = await jobsEnded(store, count);
  const { url, headers } = platform;
  const startMs = performance.now();
  // The poster opens each connection with a request of its own.
  const posted = loadPost({ url: `${url}/v1/transcode`, body, headers, status: 202 }, count - callers, callers);
  await Promise.all([posted, ended()]);
  const seconds = (performance.now() - startMs) / 1000;
  const commits = (await store.lastPosition()) - before;
  return { jobsPerSecond: count / seconds, commitsPerJob: commits / count };
};

/** Adds messages to a work queue and acknowledges them as they come, as many as jobs need. */
const createLimit = async (nats: NatsConnection): Promise<(messages: number) => Promise<Metrics>> => {
  const manager = await jetstreamManager(nats);
  const queue = { name: 'BENCH', subjects: ['bench.>'], retention: RetentionPolicy.Workqueue };
  await manager.streams.add({ ...queue, storage: StorageType.File });
  await manager.consumers.add('BENCH', { durable_name: 'all', ack_policy: AckPolicy.Explicit });
  const js = jetstream(nats);
  const payload = 'x'.repeat(commitBytes);
  let onAll: () => void = () => {};
  let open = 0;
  const consumer = await js.consumers.get('BENCH', 'all');
  await consumer.consume({
    callback: (message) => {
      message.ack();
      if (--open === 0) onAll();
    },
  });
  return async (messages) => {
    open = messages;
    const all = new Promise<void>((resolve) => (onAll = resolve));
    const startMs = performance.now();
    await Promise.all([closedLoop(async () => void (await js.publish('bench.x', payload)), messages, callers), all]);
    return { messagesPerSecond: messages / ((performance.now() - startMs) / 1000) };
  };
};

/** Jobs a second through the whole flow, with nothing to do in them. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const count = isQuick ? 100 : 300;
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const origin = stack.adopt(await serveFile(clips.second), (each) => each.stop());
  const services = 'storage,job,gateway';
  const env = { ALLOW_PRIVATE_IPS: 'true' };
  const platform = stack.adopt(await startBenchPlatform({ services, env }), (each) => each.stop());
  const worker = stack.adopt(await startPeer('no-op-worker.ts', platform.natsUrl), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const store = await createJetStreamEventStore({ connection: nats, durability: 'trusted' });
  const limit = await createLimit(nats);
  const redis = stack.adopt(await startRedis(), async (each) => each?.stop());
  const peer = redis && stack.adopt(await startPeer('bullmq-rate.ts', String(redis.port)), (each) => each.stop());
  const copy = { output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' };
  const body = { input_url: await platform.upload(clips.second), ...copy };
  const cpuSeconds = (): number => platform.cpuSeconds() + treeCpuSeconds(worker.pid);
  const contenders: Contender[] = [
    { name: 'work queue', timeoutMs, run: () => limit(count * messagesPerJob) },
    { name: 'platform', timeoutMs, cpuSeconds, run: () => runJobs(platform, store, body, count) },
    {
      name: 'platform, from a URL',
      timeoutMs,
      cpuSeconds,
      run: () => runJobs(platform, store, { input_url: origin.url, ...copy }, callers),
    },
  ];
  if (redis && peer)
    contenders.push({
      name: 'BullMQ',
      timeoutMs,
      cpuSeconds: () => treeCpuSeconds(peer.pid) + redis.cpuSeconds(),
      run: async () => ({ jobsPerSecond: count / (await ask<number>(peer, { count, callers, body })) }),
    });
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const figure = (name: string, metric: string) => (each: Parameters<typeof metricOf>[0]) =>
    metricOf(each, name, metric);
  const [jobs, commits] = [figure('platform', 'jobsPerSecond'), figure('platform', 'commitsPerJob')];
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['jobsPerSecond', 'messagesPerSecond', 'commitsPerJob', 'cpuSeconds'],
    measures: {
      'messages a second / work queue': paired(
        measured,
        (each) => (jobs(each) * (commits(each) + releasesPerJob)) / figure('work queue', 'messagesPerSecond')(each),
      ),
      'commits per job': paired(measured, commits),
      'commits per job, from a URL': paired(measured, figure('platform, from a URL', 'commitsPerJob')),
      ...(peer
        ? { 'jobs a second / BullMQ': paired(measured, (each) => jobs(each) / figure('BullMQ', 'jobsPerSecond')(each)) }
        : {}),
    },
    notes: [
      'A worker that does nothing, in a process of its own; jobs come over HTTP. BullMQ: added without HTTP, with its events listener.',
      ...(peer ? [] : ['redis-server is not installed: no BullMQ beside it.']),
    ],
  });
};

export const rateBenchmark: Benchmark = { id: 'B3', title: 'Jobs a second that do nothing', run };
