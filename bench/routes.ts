import { rmSync } from 'node:fs';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import { makeClips } from './kit/clips.ts';
import { failedIdsOf, jobIdsOf, recordFailedJob, recordJob } from './kit/job-history.ts';
import { startPeer } from './kit/peer.ts';
import { startBenchPlatform } from './kit/platform.ts';
import { makePrefilled } from './kit/prefilled.ts';
import { metricOf, paired, runRounds } from './kit/rounds.ts';
import { mixedLoad, routesLeftOut, turnsOf } from './routes/mixed-load.ts';
import { makeWorld } from './routes/world.ts';

const timeoutMs = 120_000;
const perSecond = 50;
const failed = 500;
const betweenMs = 1_000;

/** How long every route takes, with a history behind it, while jobs run. */
const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const [finished, turns] = isQuick ? [1_000, 4] : [10_000, 16];
  const clips = stack.adopt(await makeClips(), (made) => made.remove());
  const startMsOf = (n: number): number => Date.now() - (finished - n) * betweenMs;
  const { dataDir } = await makePrefilled([
    { template: await recordJob(), count: finished, idsOf: jobIdsOf, startMsOf },
    { template: await recordFailedJob(), count: failed, idsOf: failedIdsOf, startMsOf },
  ]);
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { ALLOW_PRIVATE_IPS: 'true', JOB_MAX_RETRIES: '0' };
  const platform = stack.adopt(await startBenchPlatform({ dataDir, env }), (each) => each.stop());
  const receiver = stack.adopt(await startPeer('receiver.ts', '1'), (each) => each.stop());
  const receiverUrl = `http://127.0.0.1:${receiver.word}/hook`;
  const { second: clip, film: longClip } = clips;
  const world = await makeWorld({ platform, clip, longClip, receiverUrl, finished });
  await mixedLoad(world, turnsOf(1), perSecond);
  const measured = await runRounds({
    rounds: isQuick ? 1 : Math.max(1, Math.round(rounds / 3)),
    contenders: [{ name: 'mixed', timeoutMs, run: () => mixedLoad(world, turnsOf(turns), perSecond) }],
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const ids = [...new Set(turnsOf(1).map(({ route }) => route.id))];
  const p95 = (id: string) => paired(measured, (each) => metricOf(each, 'mixed', id));
  const leftOut = routesLeftOut();
  return {
    rows: ids
      .map((name) => ({ name, cells: { p95Ms: p95(name) } }))
      .toSorted((a, b) => b.cells.p95Ms.median - a.cells.p95Ms.median),
    measures: {
      'worst P95 of a route, ms': paired(measured, (each) => Math.max(...ids.map((id) => metricOf(each, 'mixed', id)))),
    },
    notes: [
      `${perSecond} requests a second; ${finished} finished jobs and ${failed} failed ones in the history.`,
      ...(leftOut.length > 0 ? [`Not asked: ${leftOut.join(', ')}.`] : []),
      ...(measured.isNoisy ? ['The machine was not quiet.'] : []),
      ...Object.values(measured.hung),
    ],
  };
};

export const routesBenchmark: Benchmark = { id: 'ROUTES', title: 'Every route under mixed load', run };
