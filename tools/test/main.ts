import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Everything CI runs, cheapest first; the first lane that fails ends the run. */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

interface Lane {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** What it has to know of the lanes before it. */
  readonly argvAfter?: (outcomes: readonly Outcome[]) => readonly string[];
}

/** What waits for other processes is tried once more when it fails, and named then: the run goes on, nothing is hidden. */
const vitest = (...argv: readonly string[]): readonly [string, ...string[]] => [
  bin('vitest'),
  'run',
  '--retry=1',
  '--reporter=default',
  `--reporter=${join(root, 'tools/test/second-tries.ts')}`,
  ...argv,
];

const lanes: readonly Lane[] = [
  { name: 'types', argv: [process.execPath, join(root, 'node_modules/typescript-7/bin/tsc'), '-p', root] },
  { name: 'lint', argv: [bin('oxlint'), '--deny-warnings'] },
  { name: 'format', argv: [bin('oxfmt'), '--check'] },
  { name: 'boundaries', argv: [process.execPath, join(root, 'tools/lint/boundaries.ts')] },
  { name: 'unused', argv: [bin('knip'), '--no-progress'] },
  { name: 'generated', argv: [process.execPath, join(root, 'tools/gen/main.ts'), '--check'] },
  { name: 'unit and integration', argv: vitest('--coverage') },
  {
    name: 'coverage',
    argv: [process.execPath, join(root, 'tools/test/coverage.ts')],
    argvAfter: (outcomes) => outcomes.flatMap(({ unmeasured }) => unmeasured),
  },
  { name: 'end to end', argv: vitest('--config', 'e2e/vitest.config.ts') },
  { name: 'faults', argv: [process.execPath, join(root, 'e2e/faults/main.ts'), '--short', '--seed', '1'] },
  { name: 'odd films', argv: [process.execPath, join(root, 'e2e/odd/main.ts'), '--every', '41'] },
  { name: 'media', argv: [process.execPath, join(root, 'e2e/media/main.ts'), '--seconds', '6'] },
];

interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly ok: boolean;
  readonly passed: number;
  readonly skippedLanes: readonly string[];
  /** Packages whose suites were among what was skipped. */
  readonly unmeasured: readonly string[];
  readonly secondTries: readonly string[];
}

const escape = String.fromCharCode(27);
const plain = (text: string): string => text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, 'g'), '');

const linesAfter = (word: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`^.*${word} (.+)$`, 'gm'))].map(([, rest]) => rest as string);

const run = (lane: Lane, earlier: readonly Outcome[]): Promise<Outcome> =>
  new Promise((resolve) => {
    process.stdout.write(`\n== ${lane.name}\n`);
    const startMs = performance.now();
    const [command, ...args] = lane.argv;
    const child = spawn(command, [...args, ...(lane.argvAfter?.(earlier) ?? [])], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
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
      const said = plain(text);
      resolve({
        name: lane.name,
        seconds: (performance.now() - startMs) / 1000,
        ok: code === 0,
        passed: Number(/Tests\s+(?:\d+ failed \| )?(\d+) passed/.exec(said)?.[1] ?? 0),
        skippedLanes: linesAfter('LANE SKIPPED', said),
        unmeasured: linesAfter('NOT MEASURED', said),
        secondTries: linesAfter('SECOND TRY', said),
      });
    });
  });

const only = process.argv.slice(2);
const unknown = only.filter((name) => !lanes.some((lane) => lane.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `there is no lane ${unknown.join(', ')}; there are: ${lanes.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const outcomes: Outcome[] = [];
for (const lane of lanes) {
  if (only.length > 0 && !only.includes(lane.name)) continue;
  const script = lane.argv[1];
  if (lane.argv[0] === process.execPath && script !== undefined && !existsSync(script)) continue;
  outcomes.push(await run(lane, outcomes));
  if (outcomes.at(-1)?.ok === false) break;
}

const failed = outcomes.filter(({ ok }) => !ok);
const skipped = [...new Set(outcomes.flatMap(({ skippedLanes }) => skippedLanes))];
process.stdout.write('\n');
for (const { name, seconds, ok } of outcomes)
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
for (const lane of skipped) process.stdout.write(`skipped           ${lane}\n`);
const secondTries = outcomes.flatMap(({ secondTries: names }) => names);
for (const name of secondTries) process.stdout.write(`at second try     ${name}\n`);
const passed =
  outcomes.reduce((sum, outcome) => sum + outcome.passed, 0) +
  outcomes.filter(({ ok, passed: tests }) => ok && tests === 0).length;
process.stdout.write(
  `\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped, ${secondTries.length} at the second try\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
