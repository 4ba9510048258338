import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Projection } from '@ffapi/es';
import { expect, it } from 'vitest';
import { projectionsOf, serviceNames } from './platform.ts';

const root = resolve(import.meta.dirname, '../../..');
const files = globSync('{services/*/src/*,libs/job-view/src}/*.projection.ts', { cwd: root });

const isProjection = (value: unknown): value is Projection =>
  typeof value === 'object' && value !== null && 'evolve' in value && 'streams' in value;

it('every projection is one of its service, so that it is rebuilt and verified with the others', async () => {
  const listed = (await Promise.all(serviceNames.map(projectionsOf))).flat();
  const declared = (
    await Promise.all(files.map(async (file) => Object.values((await import(resolve(root, file))) as object)))
  )
    .flat()
    .filter(isProjection);
  expect(declared.length).toBeGreaterThan(12);
  const names = (projections: readonly Projection[]): string[] => projections.map(({ name }) => name).toSorted();
  expect(names(listed)).toEqual(names(declared));
});
