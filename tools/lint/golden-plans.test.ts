import { basename } from 'node:path';
import { operations } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { slugOf } from '../../libs/media/src/fixtures/golden.ts';
import { repositoryFiles } from './repository.ts';

const stored = new Set(
  repositoryFiles
    .filter((path) => path.startsWith('libs/media/src/plans/') && path.endsWith('.argv'))
    .map((path) => basename(path, '.argv')),
);

it('the arguments of every example are stored, so that their differences are read', () => {
  const missing = Object.values(operations).flatMap(({ id, examples }) =>
    examples
      .filter(({ title }) => !stored.has(slugOf(title)) && !stored.has(slugOf(`${id} ${title}`)))
      .map(({ title }) => `${id}: ${title}`),
  );
  expect(missing, 'a test beside the plan gives each to golden(…)').toEqual([]);
});
