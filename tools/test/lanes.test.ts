import { matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import endToEnd from '../../e2e/vitest.config.ts';
import unit from '../../vitest.config.ts';
import { readText, repositoryFiles } from '../lint/repository.ts';
import { chosenLanes } from './chosen-lanes.ts';
import { commandOf, lanes } from './lanes.ts';
import { outcomeOf, summaryOf } from './summary.ts';

const namesOf = (argv: readonly string[]): string[] => chosenLanes(lanes, argv).map(({ name }) => name);

describe('the lanes', () => {
  it('are all run by CI, each by one of its commands', () => {
    expect([...namesOf([]), ...namesOf(['--slow'])].toSorted()).toEqual(lanes.map(({ name }) => name).toSorted());
    const ran = readText('.ci/run').split('\n');
    for (const command of Object.values(commandOf)) expect(ran).toContain(command);
  });

  it('have every test file in one of their suites', () => {
    const suites = [unit, endToEnd].map(({ test }) => test?.include ?? []);
    const files = repositoryFiles.filter((path) => path.endsWith('.test.ts') && !path.includes('/fixtures/'));
    const homeless = files.filter(
      (path) => suites.filter((include) => include.some((glob) => matchesGlob(path, glob))).length !== 1,
    );
    expect(files.length).toBeGreaterThan(300);
    expect(homeless).toEqual([]);
  });

  it('run those that are named, in whatever set they are', () => {
    expect(namesOf(['lint', 'proofs'])).toEqual(['lint', 'proofs']);
    expect(() => namesOf(['lints'])).toThrow(/there is no lane lints; there are: types, lint/);
  });
});

describe('the summary', () => {
  const chosen = chosenLanes(lanes, ['types', 'lint', 'format']);
  const said = 'LANE SKIPPED s3: not here\nNOT MEASURED libs/blob-s3\nSECOND TRY a.test.ts > b\n Tests  7 passed (7)\n';
  const outcomes = [outcomeOf('types', 1, true, said), outcomeOf('lint', 2, false, '')];
  const lines = summaryOf(lanes, chosen, outcomes).split('\n');

  it('names every lane, with how it ended or what runs it', () => {
    expect(lines).toContain('ok         1.0 s  types');
    expect(lines).toContain('FAILED     2.0 s  lint');
    expect(lines).toContain('not reached       format');
    expect(lines).toContain('not chosen        boundaries: npm test');
    expect(lines).toContain('not chosen        proofs: npm run test:slow');
    expect(lanes.every(({ name }) => lines.some((line) => line.includes(`  ${name}`)))).toBe(true);
  });

  it('repeats what was left out, and what passed late', () => {
    expect(lines).toContain('skipped           s3: not here');
    expect(lines).toContain('at second try     a.test.ts > b');
    expect(lines).toContain('7 passed, 1 failed, 1 skipped, 1 at the second try in 3 s');
    expect(outcomes[0]?.unmeasured).toEqual(['libs/blob-s3']);
  });
});
