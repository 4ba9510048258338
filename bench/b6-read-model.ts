import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { startHistory } from './read-model/history.ts';
import { startLag } from './read-model/lag.ts';
import { openPages } from './read-model/pages.ts';
import { insertOnly, readOnly, rebuildList } from './read-model/rebuilding.ts';
import { recordJob } from './kit/job-history.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender } from './kit/rounds.ts';

const timeoutMs = 120_000;

/** How far behind the lists are, how fast they are made anew, what a page of them costs. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const jobs = isQuick ? 2_000 : 10_000;
  const dir = stack.adopt(mkdtempSync(join(tmpdir(), 'ffapi-lists-')), (each) => rmSync(each, { recursive: true }));
  const template = await recordJob();
  const start = async (count: number, syncInterval: string) =>
    stack.adopt(await startHistory(template, count, syncInterval), (each) => each.stop());
  const [large, small] = [await start(jobs, '2m'), await start(jobs / 10, '2m')];
  const file = join(dir, 'list.db');
  const besides = join(dir, 'beside.db');
  // The pages stay as this first rebuild left them.
  await rebuildList(large, file);
  const pages = stack.adopt(await openPages(file, dir, isQuick ? 50 : 200), (each) => each.close());
  const live = await start(1, 'always');
  const lag = stack.adopt(await startLag(live, template, dir, isQuick ? 100 : 300), (each) => each.stop());
  const contenders: Contender[] = [
    { name: 'read', timeoutMs, run: () => readOnly(large) },
    { name: 'insert', timeoutMs, run: () => insertOnly(large, file, dir) },
    { name: 'rebuild', timeoutMs, run: () => rebuildList(large, besides) },
    { name: 'rebuild of a tenth', timeoutMs, run: () => rebuildList(small, besides) },
    ...pages.contenders,
    ...lag.contenders,
  ];
  for (const contender of contenders) await contender.run();
  const measured = await runRounds({
    rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ratio = (name: string, metric: string, other: string, otherMetric = metric) =>
    paired(measured, (each) => metricOf(each, name, metric) / metricOf(each, other, otherMetric));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['jobsPerSecond', 'p50Ms', 'p99Ms'],
    measures: {
      'rebuild / the slower of read and insert': paired(measured, (each) => {
        const rate = (name: string): number => metricOf(each, name, 'jobsPerSecond');
        return rate('rebuild') / Math.min(rate('read'), rate('insert'));
      }),
      'rebuild per job: all / a tenth': ratio('rebuild of a tenth', 'jobsPerSecond', 'rebuild'),
      'page of 50 / raw query': ratio('first page', 'p50Ms', 'raw query'),
      'deep page / first page': ratio('deep page', 'p50Ms', 'first page'),
      'lag p99 / publish': ratio('lag', 'p99Ms', 'publish', 'p50Ms'),
    },
    notes: [
      `${jobs} finished jobs of ${template.messages} commits each, in SQLite. publish and lag: every write synced.`,
      'No rebuild of Emmett beside it: its projections on SQLite write a row at a time inside the append.',
    ],
  });
};

export const readModelBenchmark: Benchmark = { id: 'B6', title: 'Lists', run };
