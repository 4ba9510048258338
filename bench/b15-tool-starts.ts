import { once } from 'node:events';
import type { Benchmark, BenchOptions, Report } from './benchmark.ts';
import type { Child } from './kit/child.ts';
import { startPeer } from './kit/peer.ts';
import { reportRows } from './kit/report-rows.ts';
import { metricOf, paired, runRounds, type Contender, type Metrics } from './kit/rounds.ts';

const timeoutMs = 120_000;
const count = 20;
/** Resident; a service that has run for a while, and all of them in one process with a history. */
const sizesMb = [300, 600];

const run = async ({ rounds, isQuick, say }: BenchOptions): Promise<Report> => {
  await using stack = new AsyncDisposableStack();
  const contenders: Contender[] = [];
  for (const size of isQuick ? sizesMb.slice(0, 1) : sizesMb) {
    const big = stack.adopt(await startPeer('tool-starts.ts', String(size)), (each) => each.stop());
    // One more that starts the same beside it: what the tools themselves take of the machine is told apart.
    const beside = stack.adopt(await startPeer('tool-starts.ts'), (each) => each.stop());
    const ask = async ({ process }: Child, how: string): Promise<Metrics> => {
      process.send({ how, count });
      const [answer] = (await once(process, 'message')) as [Metrics];
      return answer;
    };
    const name = (how: string): string => `${how}, ${size} MB`;
    contenders.push(
      { name: name('platform'), timeoutMs, run: () => ask(big, 'platform') },
      { name: name('fork'), timeoutMs, run: () => ask(big, 'fork') },
      {
        name: name('started beside'),
        timeoutMs,
        run: async () => (await Promise.all([ask(big, 'nothing'), ask(beside, 'fork')]))[0],
      },
    );
    // The first one pays for what is made once.
    for (const each of contenders.slice(-3)) await each.run();
  }
  const measured = await runRounds({
    rounds: isQuick ? 1 : 3 * rounds,
    contenders,
    onRound: ({ drift }) => say(`drift ${(100 * drift).toFixed(0)} %`),
  });
  const largest = isQuick ? sizesMb[0] : sizesMb.at(-1);
  const p99 = (how: string) => paired(measured, (each) => metricOf(each, `${how}, ${largest} MB`, 'p99Ms'));
  return reportRows(measured, {
    order: contenders.map(({ name }) => name),
    columns: ['p50Ms', 'p99Ms', 'longestMs', 'wallMs', 'ownCpuSeconds', 'residentMb'],
    measures: {
      'loop p99 while 20 tools start, ms': p99('platform'),
      'loop p99 while 20 tools start: fork / platform': paired(
        measured,
        (each) => metricOf(each, `fork, ${largest} MB`, 'p99Ms') / metricOf(each, `platform, ${largest} MB`, 'p99Ms'),
      ),
    },
    notes: [`${count} at once; p99: of waits of something that comes to the loop every millisecond.`],
  });
};

export const toolStartsBenchmark: Benchmark = { id: 'B15', title: 'Twenty tools start', run };
