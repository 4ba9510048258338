import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chosenLanes, UnknownLane } from './chosen-lanes.ts';
import { lanes, type Lane } from './lanes.ts';
import { outcomeOf, summaryOf, type Outcome } from './summary.ts';

/** Runs the lanes of one set, or those that are named; the first that fails ends the run. */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const run = (lane: Lane, earlier: readonly Outcome[]): Promise<Outcome> =>
  new Promise((resolve) => {
    process.stdout.write(`\n== ${lane.name}\n`);
    const startMs = performance.now();
    const [command, ...args] = lane.argv;
    const told = lane.isToldUnmeasured ? earlier.flatMap(({ unmeasured }) => unmeasured) : [];
    const child = spawn(command, [...args, ...told], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        to.write(chunk);
      });
    }
    child.on('close', (code) => {
      resolve(outcomeOf(lane.name, (performance.now() - startMs) / 1000, code === 0, text));
    });
  });

const chosen = ((): readonly Lane[] => {
  try {
    return chosenLanes(lanes, process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UnknownLane)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
})();

const outcomes: Outcome[] = [];
for (const lane of chosen) {
  outcomes.push(await run(lane, outcomes));
  if (outcomes.at(-1)?.ok === false) break;
}
process.stdout.write(summaryOf(lanes, chosen, outcomes));
process.exit(outcomes.every(({ ok }) => ok) ? 0 : 1);
