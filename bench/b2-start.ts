import { join } from 'node:path';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { startChild, type Child } from './kit/child.ts';
import { makeClips } from './kit/clips.ts';
import { startBenchPlatform, type BenchPlatform } from './kit/platform.ts';
import { startRedis } from './kit/redis.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';
import { quantile } from './kit/statistics.ts';
import { storedEvents } from './kit/stored-events.ts';

const timeoutMs = 120_000;

const summary = (name: string, valuesMs: readonly number[]): Metrics => ({
  [`${name}P50Ms`]: quantile(valuesMs, 0.5),
  [`${name}P99Ms`]: quantile(valuesMs, 0.99),
});

/** When the job's first attempt was told of to a client that listens from the 202 on; resolves when the job has ended. */
const startSeenAtMs = async ({ url, headers }: BenchPlatform, jobId: string): Promise<number> => {
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, { headers });
  let seenAtMs = Number.NaN;
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (Number.isNaN(seenAtMs) && text.includes('\nevent: TaskStarted\n')) seenAtMs = performance.now();
  }
  if (!text.includes('\nevent: JobCompleted\n')) throw new Error(`the job did not complete: ${text.slice(-1000)}`);
  return seenAtMs;
};

const startJobs = async (
  platform: BenchPlatform,
  nats: NatsConnection,
  body: unknown,
  count: number,
): Promise<Metrics> => {
  const [stored, seen, whole]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < count; i++) {
    // Nobody else asks meanwhile: what a listener costs is told apart.
    const { job_id: jobId } = await platform.submit('/v1/transcode', body, { wait: true });
    const events = await storedEvents(nats, jobId);
    const atOf = (type: string): number => events.find((event) => event.type === type)?.storedAtMs ?? Number.NaN;
    stored.push(atOf('TaskStarted') - atOf('JobAccepted'));
  }
  for (let i = 0; i < count; i++) {
    const postedAtMs = performance.now();
    const { job_id: jobId } = await platform.submit('/v1/transcode', body);
    const acceptedAtMs = performance.now();
    const seenAtMs = await startSeenAtMs(platform, jobId);
    seen.push(seenAtMs - acceptedAtMs);
    whole.push(seenAtMs - postedAtMs);
  }
  return { ...summary('start', stored), ...summary('seen', seen), ...summary('whole', whole) };
};

/** One synchronous write that a consumer answers with another: the least that a durable start can cost. */
const createLimit = async (nats: NatsConnection): Promise<(count: number) => Promise<Metrics>> => {
  const manager = await jetstreamManager(nats);
  for (const name of ['ACCEPTED', 'STARTED'])
    await manager.streams.add({ name, subjects: [`bench.${name}`], storage: StorageType.File });
  const js = jetstream(nats);
  const payload = 'x'.repeat(1_100);
  const consumer = await js.consumers.get('ACCEPTED');
  let onStarted: (atMs: number) => void = () => {};
  await consumer.consume({
    callback: () => void js.publish('bench.STARTED', payload).then(() => onStarted(performance.now())),
  });
  return async (count) => {
    const durationsMs: number[] = [];
    for (let i = 0; i < count; i++) {
      const started = new Promise<number>((resolve) => (onStarted = resolve));
      await js.publish('bench.ACCEPTED', payload);
      const acceptedAtMs = performance.now();
      durationsMs.push((await started) - acceptedAtMs);
    }
    return summary('start', durationsMs);
  };
};

const startQueue = async (peer: Child, body: unknown, count: number): Promise<Metrics> => {
  const starts = await new Promise<{ addToStartMs: number; ackToStartMs: number }[]>((resolve) => {
    peer.process.once('message', (message) => resolve(message as never));
    peer.process.send({ count, body });
  });
  return {
    ...summary(
      'start',
      starts.map(({ ackToStartMs }) => ackToStartMs),
    ),
    ...summary(
      'whole',
      starts.map(({ addToStartMs }) => addToStartMs),
    ),
  };
};

/** From an accepted job to its first attempt, both written down and synced. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const count = isQuick ? 5 : 15;
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const platform = stack.adopt(await startBenchPlatform(), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  const body = {
    input_url: await platform.upload(clips.second),
    output_format: 'mkv',
    video_codec: 'copy',
    audio_codec: 'copy',
  };
  const limit = await createLimit(nats);
  const redis = stack.adopt(await startRedis(), async (each) => each?.stop());
  const peer =
    redis &&
    stack.adopt(
      await startChild({
        command: process.execPath,
        args: [join(import.meta.dirname, 'peers/bullmq-start.ts'), String(redis.port)],
        ready: /^ready$/m,
      }),
      (each) => each.stop(),
    );
  const contenders: Contender[] = [
    { name: 'limit', timeoutMs, run: () => limit(4 * count) },
    { name: 'platform', timeoutMs, cpuSeconds: platform.cpuSeconds, run: () => startJobs(platform, nats, body, count) },
    ...(peer ? [{ name: 'BullMQ', timeoutMs, run: () => startQueue(peer, body, 4 * count) }] : []),
  ];
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (metric: string, other: string) =>
    paired(measured, (each) => metricOf(each, 'platform', metric) / metricOf(each, other, metric));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['startP50Ms', 'startP99Ms', 'seenP50Ms', 'wholeP50Ms', 'cpuSeconds'],
    measures: {
      'start p50 / limit': ratio('startP50Ms', 'limit'),
      ...(peer
        ? { 'start p50 / BullMQ': ratio('startP50Ms', 'BullMQ'), 'start p99 / BullMQ': ratio('startP99Ms', 'BullMQ') }
        : {}),
    },
    notes: [
      'start: accepted to started, both stored (BullMQ: add acknowledged to processor called); seen: 202 to the event at a client; whole: from the request on.',
      ...(peer ? [] : ['redis-server is not installed: no BullMQ beside it.']),
    ],
  });
};

export const startBenchmark: Benchmark = { id: 'B2', title: 'Starting a job', run };
