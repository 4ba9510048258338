import type { Benchmark, BenchOptions, Report, Row } from './benchmark.ts';
import { acceptP50, growSite, routesP95, startP50, type GrownSite } from './growth/site.ts';
import { makeClips } from './kit/clips.ts';
import { recordJob } from './kit/job-history.ts';
import { startPeer } from './kit/peer.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics, type Rounds } from './kit/rounds.ts';
import { spreadOf, type Spread } from './kit/statistics.ts';
import type { StoryTemplate } from './kit/history-template.ts';

const timeoutMs = 600_000;
const smallest = 1_000;
const workerCounts = [1, 4, 16] as const;
const figures = [
  'acceptP50Ms',
  'startP50Ms',
  'listP95Ms',
  'searchP95Ms',
  'jobP95Ms',
  'historyP95Ms',
  'analyticsP95Ms',
] as const;

/** 10³, 10⁴ … as far as it goes. */
const decades = (to: number): number[] => {
  const sizes = [];
  for (let size = smallest * 10; size <= to; size *= 10) sizes.push(size);
  return sizes;
};

const cellsOf = (rounds: Rounds, name: string): Row['cells'] =>
  Object.fromEntries(
    figures
      .map((figure) => [figure, paired(rounds, (each) => metricOf(each, name, figure))] as const)
      .filter(([, { count }]) => count > 0),
  );

const ratiosOf = (rounds: Rounds, name: string, base: string): Readonly<Record<string, Spread>> =>
  Object.fromEntries(
    figures
      .map((figure) => {
        const figureOf = (each: Parameters<typeof metricOf>[0]): number =>
          metricOf(each, name, figure) / metricOf(each, base, figure);
        return [figure.replace('Ms', ''), paired(rounds, figureOf)] as const;
      })
      .filter(([, { count }]) => count > 0),
  );

interface Part {
  readonly rows: readonly Row[];
  readonly measures: Readonly<Record<string, Spread>>;
  readonly notes: readonly string[];
}

interface Grown {
  readonly what: string;
  readonly template: StoryTemplate;
  readonly clip: string;
  readonly sizes: readonly number[];
  /** The fewest that all others are compared with. */
  readonly base: number;
  readonly look: (site: GrownSite) => Promise<Metrics>;
  /** Whether a worker that does nothing takes what comes. */
  readonly hasWorker: boolean;
}

/** Each size beside the smallest, which runs at the same time. */
const grow = async (grown: Grown, { rounds, say }: BenchOptions): Promise<Part> => {
  const { what, template, clip, sizes, look, hasWorker } = grown;
  const parts: Part[] = [];
  await using stack = new AsyncDisposableStack();
  const start = async (own: AsyncDisposableStack, count: number): Promise<Contender> => {
    const site = own.adopt(await growSite(template, count, clip), (each) => each.stop());
    if (hasWorker) own.adopt(await startPeer('no-op-worker.ts', site.platform.natsUrl, '2'), (each) => each.stop());
    const [fill, first] = [site.fillPerSecond.toFixed(0), (site.firstStartMs / 1000).toFixed(1)];
    say(`${count} ${what}: filled at ${fill} commits/s, first start with all lists ${first} s`);
    return { name: `${count} ${what}`, timeoutMs, run: () => look(site) };
  };
  const base = await start(stack, grown.base);
  for (const size of sizes) {
    await using own = new AsyncDisposableStack();
    const site = await start(own, size);
    for (const contender of [base, site]) await contender.run();
    const measured = await runRounds({ rounds, contenders: [base, site] });
    const ratios = ratiosOf(measured, site.name, base.name);
    parts.push({
      rows: [base.name, site.name].map((name) => ({ name, cells: cellsOf(measured, name) })),
      measures: Object.fromEntries(
        Object.entries(ratios).map(([figure, spread]) => [`${site.name}: ${figure}`, spread]),
      ),
      notes: measured.isNoisy ? [`${site.name}: the machine was not quiet.`] : [],
    });
  }
  const largest = Math.max(0, ...Object.values(parts.at(-1)?.measures ?? {}).map(({ median }) => median));
  return {
    rows: parts.flatMap(({ rows }) => rows),
    measures: {
      ...(Object.assign({}, ...parts.map(({ measures }) => measures)) as Part['measures']),
      [`most ${what} / fewest, worst figure`]: spreadOf(parts.length > 0 ? [largest] : []),
    },
    notes: parts.flatMap(({ notes }) => notes),
  };
};

/** How soon a job starts with more and more workers waiting for it. */
const addWorkers = async (template: StoryTemplate, clip: string, { rounds, isQuick }: BenchOptions): Promise<Part> => {
  await using stack = new AsyncDisposableStack();
  const site = stack.adopt(await growSite(template, 1, clip), (each) => each.stop());
  const rows: Row[] = [];
  for (const count of workerCounts) {
    await using workers = new AsyncDisposableStack();
    for (let i = 0; i < count; i++)
      workers.adopt(await startPeer('no-op-worker.ts', site.platform.natsUrl, '1'), (each) => each.stop());
    const run = (): Promise<Metrics> => startP50(site, isQuick ? 5 : 20);
    await run();
    const measured = await runRounds({ rounds, contenders: [{ name: 'start', timeoutMs, run }] });
    rows.push({ name: `${count} workers`, cells: cellsOf(measured, 'start') });
  }
  const startOf = (row: Row | undefined): number => row?.cells.startP50Ms?.median ?? Number.NaN;
  return {
    rows,
    measures: { 'most workers / one: start p50': spreadOf([startOf(rows.at(-1)) / startOf(rows[0])]) },
    notes: [],
  };
};

/** An accepted job that nobody has started. */
const acceptedOnly = (template: StoryTemplate): StoryTemplate => ({
  messages: 1,
  render: (ids, startMs) => template.render(ids, startMs).slice(0, 1),
});

/** What grows with history, with the queue and with the workers. */
const run = async (options: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const count = options.isQuick ? 20 : 100;
  const template = await recordJob();
  const ref = { clip: clips.second, base: smallest, sizes: decades(options.to) };
  const history = await grow(
    {
      ...ref,
      what: 'finished jobs',
      template,
      hasWorker: true,
      look: async (site) => ({
        ...(await startP50(site, count / 2)),
        ...(await routesP95(site, count / 2)),
      }),
    },
    options,
  );
  const depth = await grow(
    {
      ...ref,
      base: 1,
      sizes: decades(Math.min(options.to, 100_000)),
      what: 'waiting jobs',
      template: acceptedOnly(template),
      hasWorker: false,
      look: (site) => acceptP50(site, count),
    },
    options,
  );
  const workers = await addWorkers(template, clips.second, options);
  const parts = [history, depth, workers];
  return {
    rows: parts.flatMap(({ rows }) => rows),
    measures: Object.assign({}, ...parts.map(({ measures }) => measures)) as Report['measures'],
    notes: [
      'Filled without syncing, measured with every write synced; each size is compared with the smallest, round by round.',
      ...parts.flatMap(({ notes }) => notes),
    ],
  };
};

export const growthBenchmark: Benchmark = { id: 'GROWTH', title: 'What grows', isOnRequest: true, run };
