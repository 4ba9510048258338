import type { Head } from '@ffapi/es';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { startEmmett } from './event-store/emmett.ts';
import { openRawWrites } from './event-store/raw-writes.ts';
import { eventData, startStoreUnderTest, type StoreUnderTest } from './event-store/store-under-test.ts';
import { ask } from './kit/request.ts';
import type { Child } from './kit/child.ts';
import { treeCpuSeconds } from './kit/cpu-time.ts';
import { closedLoop } from './kit/load.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';
import { quantile } from './kit/statistics.ts';

const timeoutMs = 60_000;
/** What a stored commit weighs with its header. */
const payload = 'x'.repeat(1_100);
const lengths = [10, 100, 1_000, 10_000] as const;
const lengthsOfConflict = [10, 1_000] as const;
const modes = { always: 'always', '2 min': '2m' } as const;

const named = (name: string, run: () => Promise<Metrics>, cpuSeconds?: () => number): Contender => ({
  name,
  timeoutMs,
  run,
  ...(cpuSeconds ? { cpuSeconds } : {}),
});

const writers = (mode: string, under: StoreUnderTest, count: number): Contender[] => [
  named(`publish, sync ${mode}`, () => closedLoop(() => under.publishOne(payload), count, 1), under.cpuSeconds),
  named(`append, sync ${mode}`, () => closedLoop(under.appendOne, count, 1), under.cpuSeconds),
];

const loaders = async ({ store, fillStream }: StoreUnderTest, count: number): Promise<Contender[]> => {
  const found: Contender[] = [];
  for (const length of lengths) {
    const stream = await fillStream(length);
    const load = async (): Promise<void> => void (await store.load(stream));
    // Long streams take long: as much is loaded of each, but never less than a few times.
    const times = Math.max(3, Math.round((10 * count) / length));
    found.push(
      named(`load ${length}`, async () => {
        const loaded = await closedLoop(load, Math.min(times, count), 1);
        return { ...loaded, usPerEvent: (1000 * (loaded.p50Ms ?? Number.NaN)) / length };
      }),
    );
  }
  return found;
};

const conflicts = async ({ store, fillStream, conflictOn }: StoreUnderTest, count: number): Promise<Contender[]> =>
  Promise.all(
    lengthsOfConflict.map(async (length) => {
      const stream = await fillStream(length);
      const { commits } = await store.load(stream);
      const stale = commits.at(-2) as Head;
      const times = Math.max(3, Math.round(count / length));
      return named(`conflict on ${length}`, () => closedLoop(() => conflictOn(stream, stale), times, 1));
    }),
  );

const summary = (durationsMs: readonly number[]): Metrics => ({
  p50Ms: quantile(durationsMs, 0.5),
  p99Ms: quantile(durationsMs, 0.99),
});

const emmettContenders = (peer: Child, count: number): Contender[] => {
  const cpuSeconds = (): number => treeCpuSeconds(peer.pid);
  const asked = (name: string, question: object): Contender =>
    named(name, async () => summary(await ask<number[]>(peer, { ...question, data: eventData })), cpuSeconds);
  return [
    asked('Emmett append', { ask: 'append', count }),
    asked('Emmett load 100', { ask: 'load', events: 100, count: 20 }),
  ];
};

/** What an event costs to append, to load and to lose a race for. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const count = isQuick ? 100 : 300;
  const start = async (syncInterval: string): Promise<StoreUnderTest> =>
    stack.adopt(await startStoreUnderTest(syncInterval), (each) => each.stop());
  const [always, later] = [await start(modes.always), await start(modes['2 min'])];
  const raw = stack.adopt(openRawWrites(), (each) => each.close());
  const { peer, notes } = await startEmmett(say);
  stack.adopt(peer, async (each) => each?.stop());
  const contenders = [
    named('write + fdatasync', () => closedLoop(async () => raw.append(payload), count, 1)),
    named('SQLite insert', () => closedLoop(async () => raw.insert(payload), count, 1)),
    ...writers('always', always, count),
    ...writers('2 min', later, count),
    ...(await loaders(later, count)),
    ...(await conflicts(later, count)),
    ...(peer ? emmettContenders(peer, count) : []),
  ];
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (metric: string, name: string, other: string) =>
    paired(measured, (each) => metricOf(each, name, metric) / metricOf(each, other, metric));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['p50Ms', 'p99Ms', 'perSecond', 'usPerEvent', 'cpuSeconds'],
    measures: {
      'append / publish, sync always': ratio('p50Ms', 'append, sync always', 'publish, sync always'),
      'append / publish, sync every 2 min': ratio('p50Ms', 'append, sync 2 min', 'publish, sync 2 min'),
      'append, sync always / SQLite insert': ratio('p50Ms', 'append, sync always', 'SQLite insert'),
      'load per event: 10,000 / 1,000': ratio('usPerEvent', 'load 10000', 'load 1000'),
      'load 100 / load 10': ratio('p50Ms', 'load 100', 'load 10'),
      'conflict on 10 / append': ratio('p50Ms', 'conflict on 10', 'append, sync 2 min'),
      'conflict on 1,000 / conflict on 10': ratio('p50Ms', 'conflict on 1000', 'conflict on 10'),
      ...(peer ? { 'append, sync always / Emmett': ratio('p50Ms', 'append, sync always', 'Emmett append') } : {}),
    },
    notes: ['One event of about 1 kB each. SQLite and Emmett: WAL, synchronous=FULL, one connection.', ...notes],
  });
};

export const eventStoreBenchmark: Benchmark = { id: 'B5', title: 'The event store', run };
