import { rmSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { createPublish, tellEveryone, tellMany, tellOneByOne } from './webhooks/measures.ts';
import { callIdsOf, recordFailedCall } from './webhooks/pending.ts';
import { startSite, type Site, type SiteOptions } from './webhooks/site.ts';
import { ask } from './kit/request.ts';
import type { Child } from './kit/child.ts';
import { treeCpuSeconds } from './kit/cpu-time.ts';
import { recordJob } from './kit/job-history.ts';
import { startPeer } from './kit/peer.ts';
import { makePrefilled } from './kit/prefilled.ts';
import { startRedis } from './kit/redis.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';
import type { StoryTemplate } from './kit/history-template.ts';

const timeoutMs = 120_000;
const tenDaysMs = 10 * 24 * 3600 * 1000;
const body = JSON.stringify({ type: 'job.completed', filler: 'x'.repeat(900) });

/** A folder with calls that failed once and are due again in ten days. */
const prefilledPending = async (job: StoryTemplate, count: number): Promise<string> => {
  const template = await recordFailedCall(job);
  const startMsOf = (): number => Date.now() + tenDaysMs;
  return (await makePrefilled([{ template, count, idsOf: callIdsOf, startMsOf }])).dataDir;
};

const loop = (peer: Child, count: number, cpuSeconds: () => number) => async (): Promise<Metrics> => {
  const cpuBefore = cpuSeconds();
  const seconds = await ask<number>(peer, { body, count });
  return { perSecond: count / seconds, perCpuSecond: count / (cpuSeconds() - cpuBefore) };
};

/** Signed calls a second, how soon the first comes, and whom a dead endpoint or a long list of repeats holds up. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const [jobs, endpoints, pending] = isQuick ? [60, 20, 2_000] : [200, 100, 100_000];
  const template = await recordJob();
  const start = async (options: Omit<SiteOptions, 'template'>): Promise<Site> =>
    stack.adopt(await startSite({ template, ...options }), (each) => each.stop());
  const dataDir = stack.adopt(await prefilledPending(template, pending), (dir) => rmSync(dir, { recursive: true }));
  const single = await start({ endpoints: 1 });
  const waiting = await start({ endpoints: 1, dataDir });
  const healthy = await start({ endpoints });
  const oneDead = await start({ endpoints, isFirstDead: true });
  const target = stack.adopt(await startPeer('receiver.ts', '1'), (each) => each.stop());
  const url = `http://127.0.0.1:${target.word}/hook`;
  const bare = stack.adopt(await startPeer('post-loop.ts', url), (each) => each.stop());
  const redis = stack.adopt(await startRedis(), async (each) => each?.stop());
  const queue = redis && stack.adopt(await startPeer('post-loop.ts', url, String(redis.port)), (each) => each.stop());
  const nats = stack.adopt(await connect({ servers: single.platform.natsUrl }), (each) => each.close());
  const named = (name: string, each: () => Promise<Metrics>): Contender => ({ name, timeoutMs, run: each });
  const calls = 10 * jobs;
  const contenders = [
    named(
      'POST loop',
      loop(bare, calls, () => treeCpuSeconds(bare.pid)),
    ),
    named('platform', () => tellMany(single, jobs)),
    named(`${pending} repeats wait`, () => tellMany(waiting, jobs)),
    ...(queue && redis
      ? [
          named(
            'BullMQ',
            loop(queue, calls, () => treeCpuSeconds(queue.pid) + redis.cpuSeconds()),
          ),
        ]
      : []),
    named('publish', await createPublish(nats, isQuick ? 50 : 200)),
    named('one by one', () => tellOneByOne(single, isQuick ? 10 : 30)),
    named('all healthy', () => tellEveryone(healthy, isQuick ? 3 : 5)),
    named('one dead', () => tellEveryone(oneDead, isQuick ? 3 : 5)),
  ];
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds: isQuick ? 1 : rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (metric: string, name: string, other: string, otherMetric = metric) =>
    paired(measured, (each) => metricOf(each, name, metric) / metricOf(each, other, otherMetric));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['perSecond', 'perCpuSecond', 'p50Ms', 'p99Ms'],
    measures: {
      'calls a CPU second / POST loop': ratio('perCpuSecond', 'platform', 'POST loop'),
      ...(queue ? { 'calls a second / BullMQ': ratio('perSecond', 'platform', 'BullMQ') } : {}),
      'calls a second: many repeats wait / none': ratio('perSecond', `${pending} repeats wait`, 'platform'),
      'job ended to call p50 / publish': ratio('p50Ms', 'one by one', 'publish'),
      'healthy p99: one dead / all healthy': ratio('p99Ms', 'one dead', 'all healthy'),
    },
    notes: [
      'platform: scheduled and recorded, each synced; BullMQ: added and completed, each synced. CPU: sender and store, not the receiver.',
      `Healthy p99: ${endpoints} endpoints, of which one never answers or all do.`,
      ...(queue ? [] : ['redis-server is not installed: no BullMQ beside it.']),
    ],
  });
};

export const webhookBenchmark: Benchmark = { id: 'B13', title: 'Webhooks', run };
