import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `fast`: for every change, within a quarter of an hour. `slow`: whole matrices and long runs, before a merge. */
export type LaneSet = 'fast' | 'slow';

/** The command that runs a set; `.ci/run` runs both. */
export const commandOf: Readonly<Record<LaneSet, string>> = { fast: 'npm test', slow: 'npm run test:slow' };

export interface Lane {
  readonly name: string;
  readonly set: LaneSet;
  readonly argv: readonly [string, ...string[]];
  /** Takes the names of packages whose suites an earlier lane could not run here. */
  readonly isToldUnmeasured?: boolean;
}

const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const script = (path: string, ...argv: readonly string[]): Lane['argv'] => [
  process.execPath,
  join(root, path),
  ...argv,
];

/** What waits for other processes is tried once more when it fails, and named then: the run goes on, nothing is hidden. */
const vitest = (...argv: readonly string[]): Lane['argv'] => [
  bin('vitest'),
  'run',
  '--retry=1',
  '--reporter=default',
  `--reporter=${join(root, 'tools/test/second-tries.ts')}`,
  ...argv,
];

/** The mark of test files that are left to the slow lanes. */
const mark = '.slow.test.ts';
const unmarked = ['--exclude', `**/*${mark}`];
const endToEnd = ['--config', 'e2e/vitest.config.ts'];

/** Every lane, in the order of a run: of each set the cheapest first. */
export const lanes: readonly Lane[] = [
  { set: 'fast', name: 'types', argv: script('node_modules/typescript-7/bin/tsc', '-p', root) },
  { set: 'fast', name: 'lint', argv: [bin('oxlint'), '--deny-warnings'] },
  { set: 'fast', name: 'format', argv: [bin('oxfmt'), '--check'] },
  { set: 'fast', name: 'boundaries', argv: script('tools/lint/boundaries.ts') },
  { set: 'fast', name: 'unused', argv: [bin('knip'), '--no-progress'] },
  { set: 'fast', name: 'generated', argv: script('tools/gen/main.ts', '--check') },
  { set: 'fast', name: 'unit and integration', argv: vitest('--coverage', ...unmarked) },
  { set: 'fast', name: 'coverage', argv: script('tools/test/coverage.ts'), isToldUnmeasured: true },
  { set: 'fast', name: 'end to end', argv: vitest(...endToEnd, ...unmarked) },
  { set: 'fast', name: 'faults', argv: script('e2e/faults/main.ts', '--kills', '5', '--seed', '1') },
  { set: 'fast', name: 'odd films', argv: script('e2e/odd/main.ts', '--every', '163') },
  { set: 'fast', name: 'media', argv: script('e2e/media/main.ts', '--seconds', '6', '--every', '13') },
  { set: 'slow', name: 'proofs', argv: vitest(mark) },
  { set: 'slow', name: 'long end to end', argv: vitest(...endToEnd, mark) },
  { set: 'slow', name: 'more faults', argv: script('e2e/faults/main.ts', '--short', '--seed', '1') },
  { set: 'slow', name: 'more odd films', argv: script('e2e/odd/main.ts', '--every', '41') },
  { set: 'slow', name: 'all media', argv: script('e2e/media/main.ts', '--seconds', '6') },
];
