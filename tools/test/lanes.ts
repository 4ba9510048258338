import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * `check`: while one works, within a minute. `fast`: for every change, within a quarter of an hour. `slow`: whole
 * matrices and long runs, before a merge.
 */
export type LaneSet = 'check' | 'fast' | 'slow';

export const commandOf: Readonly<Record<LaneSet, string>> = {
  check: 'npm run check',
  fast: 'npm test',
  slow: 'npm run test:slow',
};

/** Together they are all that CI runs. */
export const setsOfCi: readonly LaneSet[] = ['fast', 'slow'];

export interface Lane {
  readonly name: string;
  readonly sets: readonly [LaneSet, ...LaneSet[]];
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

/** Those of `vitest.config.ts`. */
const projects = (...names: readonly string[]): string[] => names.flatMap((name) => ['--project', name]);

const endToEnd = (...argv: readonly string[]): Lane['argv'] => vitest('--config', 'e2e/vitest.config.ts', ...argv);

/** Every lane, in the order of a run: of each set the cheapest first. */
export const lanes: readonly Lane[] = [
  { sets: ['check', 'fast'], name: 'types', argv: script('node_modules/typescript-7/bin/tsc', '-p', root) },
  { sets: ['check', 'fast'], name: 'lint', argv: [bin('oxlint'), '--deny-warnings'] },
  { sets: ['check', 'fast'], name: 'format', argv: [bin('oxfmt'), '--check'] },
  { sets: ['check', 'fast'], name: 'boundaries', argv: script('tools/lint/boundaries.ts') },
  { sets: ['check'], name: 'changed units', argv: script('tools/test/changed-units.ts') },
  { sets: ['fast'], name: 'unused', argv: [bin('knip'), '--no-progress'] },
  { sets: ['fast'], name: 'generated', argv: script('tools/gen/main.ts', '--check') },
  {
    sets: ['fast'],
    name: 'unit and integration',
    argv: vitest('--coverage', ...projects('unit', 'platform', 'integration')),
  },
  { sets: ['fast'], name: 'coverage', argv: script('tools/test/coverage.ts'), isToldUnmeasured: true },
  { sets: ['fast'], name: 'end to end', argv: endToEnd('--exclude', '**/*.slow.test.ts') },
  { sets: ['fast'], name: 'faults', argv: script('e2e/faults/main.ts', '--kills', '5', '--seed', '1') },
  { sets: ['fast'], name: 'odd films', argv: script('e2e/odd/main.ts', '--every', '83') },
  { sets: ['fast'], name: 'media', argv: script('e2e/media/main.ts', '--seconds', '6', '--every', '13') },
  { sets: ['slow'], name: 'proofs', argv: vitest(...projects('proofs', 'platform proofs')) },
  { sets: ['slow'], name: 'long end to end', argv: endToEnd('.slow.test.ts') },
  { sets: ['slow'], name: 'more faults', argv: script('e2e/faults/main.ts', '--short', '--seed', '1') },
  { sets: ['slow'], name: 'more odd films', argv: script('e2e/odd/main.ts', '--every', '41') },
  { sets: ['slow'], name: 'all media', argv: script('e2e/media/main.ts', '--seconds', '6') },
];
