import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../lint/repository.ts';

/** The unit tests of what this branch changed, committed or not; on the main branch, of what is not committed. */
const git = (...argv: readonly string[]): string | null => {
  const { status, stdout } = spawnSync('git', argv, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
};
const base =
  ['origin/HEAD', 'origin/main', 'main'].map((main) => git('merge-base', 'HEAD', main)).find((each) => each !== null) ??
  'HEAD';
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const argv = [vitest, 'run', '--changed', base, '--passWithNoTests', '--project', 'unit'];
const child = spawn(process.execPath, argv, { cwd: root, stdio: 'inherit' });
const [code] = (await once(child, 'exit')) as [number | null];
process.exit(code ?? 1);
