import { join } from 'node:path';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { startChild, type Child } from './kit/child.ts';
import { makeClips } from './kit/clips.ts';
import { treeCpuSeconds } from './kit/cpu-time.ts';
import { closedLoop, loadPost } from './kit/load.ts';
import { startBenchPlatform } from './kit/platform.ts';
import { startRedis } from './kit/redis.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender } from './kit/rounds.ts';

const concurrencies = [1, 10, 50] as const;
const timeoutMs = 60_000;
/** About what the event of an accepted job weighs. */
const commitBytes = 1_100;

const startTarget = (work: string, address = ''): Promise<Child> =>
  startChild({
    command: process.execPath,
    args: [join(import.meta.dirname, 'peers/http-target.ts'), work, address],
    ready: /^ready (\S+)$/m,
  });

const atEach = (name: string, make: (concurrency: number) => Omit<Contender, 'name' | 'timeoutMs'>): Contender[] =>
  concurrencies.map((concurrency) => ({ name: `${name} c=${concurrency}`, timeoutMs, ...make(concurrency) }));

/** Latency of `POST /v1/transcode` until it is durable, beside what it is made of and beside BullMQ. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const requests = (concurrency: number): number => (isQuick ? 60 : 200) * (concurrency === 1 ? 1 : 2);
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  // Without a worker the jobs stay where they are, so that no encode disturbs.
  const platform = stack.adopt(await startBenchPlatform({ services: 'storage,job,gateway' }), (each) => each.stop());
  const body = { input_url: await platform.upload(clips.second), output_format: 'mkv', video_codec: 'copy' };
  const nats = stack.adopt(await connect({ servers: platform.natsUrl }), (each) => each.close());
  await (await jetstreamManager(nats)).streams.add({ name: 'BENCH', subjects: ['bench.>'], storage: StorageType.File });
  const target = async (work: string, address?: string): Promise<Child> =>
    stack.adopt(await startTarget(work, address), (each) => each.stop());
  const noop = await target('nothing');
  const floor = await target('publish', platform.natsUrl);
  const redis = stack.adopt(await startRedis(), async (each) => each?.stop());
  const bullmq = redis && (await target('bullmq', String(redis.port)));

  const posting = (
    name: string,
    url: string,
    ref: { headers?: Record<string, string>; cpuSeconds: () => number },
  ): Contender[] =>
    atEach(name, (concurrency) => ({
      cpuSeconds: ref.cpuSeconds,
      run: () => loadPost({ url, body, headers: ref.headers, status: 202 }, requests(concurrency), concurrency),
    }));
  const treeOf = ({ pid }: Child) => ({ cpuSeconds: () => treeCpuSeconds(pid) });
  const js = jetstream(nats);
  const commit = 'x'.repeat(commitBytes);
  const publishing = atEach('synchronous publish', (concurrency) => ({
    run: () =>
      closedLoop(async () => void (await js.publish('bench.limit', commit)), requests(concurrency), concurrency),
  }));
  const contenders = [
    ...posting('no-op POST', noop.word, treeOf(noop)),
    ...publishing,
    ...posting('POST + one publish', floor.word, treeOf(floor)),
    ...posting('platform', `${platform.url}/v1/transcode`, {
      headers: platform.headers,
      cpuSeconds: platform.cpuSeconds,
    }),
    ...(bullmq && redis
      ? posting('Fastify + BullMQ', bullmq.word, { cpuSeconds: () => treeCpuSeconds(bullmq.pid) + redis.cpuSeconds() })
      : []),
  ];
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const p50 = (name: string) => (metrics: Parameters<typeof metricOf>[0]) => metricOf(metrics, name, 'p50Ms');
  const ours = p50('platform c=1');
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['p50Ms', 'p99Ms', 'perSecond', 'cpuSeconds'],
    measures: {
      'accept p50 / (no-op POST + synchronous publish)': paired(
        measured,
        (each) => ours(each) / (p50('no-op POST c=1')(each) + p50('synchronous publish c=1')(each)),
      ),
      'accept p50 / (POST + one publish)': paired(measured, (each) => ours(each) / p50('POST + one publish c=1')(each)),
      ...(redis
        ? { 'accept p50 / BullMQ': paired(measured, (each) => ours(each) / p50('Fastify + BullMQ c=1')(each)) }
        : {}),
    },
    notes: redis ? [] : ['redis-server is not installed: no BullMQ beside it.'],
  });
};

export const acceptBenchmark: Benchmark = { id: 'B1', title: 'Accepting a job', run };
