import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What git keeps or would keep, and what still exists. */
export const repositoryFiles: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** Sources written by hand. */
export const sourceFiles = repositoryFiles.filter(
  (path) => /\.(ts|mjs|cjs)$/.test(path) && !/\/(fixtures|golden)\//.test(path),
);

export const readText = (path: string): string => readFileSync(join(root, path), 'utf8');
