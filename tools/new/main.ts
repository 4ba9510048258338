import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../lint/repository.ts';
import { apply, WrongWords, type Recipe } from './change.ts';
import { newEvent } from './event.ts';
import { newOperation } from './operation.ts';
import { newProjection } from './projection.ts';
import { newProvider } from './provider.ts';
import { newRoute } from './route.ts';
import { newStorage } from './storage.ts';

const recipes: Readonly<Record<string, (words: readonly string[]) => Recipe>> = {
  operation: newOperation,
  route: newRoute,
  event: newEvent,
  projection: newProjection,
  provider: newProvider,
  storage: newStorage,
};

const env = { ...process.env, UPDATE_GOLDEN: '1' };
const run = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: root, encoding: 'utf8', env });
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

/** Stores what the examples of a new plan become. */
const store = (test: string): void => {
  const { status, stdout } = run(bin('vitest'), 'run', test);
  if (status !== 0) process.stderr.write(`${test} fails:\n${stdout}\n`);
};

const [kind = '', ...words] = process.argv.slice(2);
const recipe = Object.hasOwn(recipes, kind) ? recipes[kind] : undefined;
try {
  if (!recipe) throw new WrongWords(`usage: npm run new ${Object.keys(recipes).join('|')} …`);
  const { changes, next, golden } = recipe(words);
  const touched = apply(root, changes);
  run(bin('oxfmt'), ...touched.filter((path) => !path.endsWith('.jsonl')));
  if (golden !== undefined) store(golden);
  for (const path of touched) process.stdout.write(`  ${path}\n`);
  process.stdout.write(
    `\nNext:\n${[...next, 'npm run gen, then npm run check'].map((line) => `  - ${line}\n`).join('')}`,
  );
  const types = run(process.execPath, join(root, 'node_modules/typescript-7/bin/tsc'), '-p', root);
  if (types.status !== 0) process.stdout.write(`\nThe compiler asks for:\n${types.stdout}`);
} catch (error) {
  if (!(error instanceof WrongWords)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
