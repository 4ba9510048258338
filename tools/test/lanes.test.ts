import { matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import endToEnd from '../../e2e/vitest.config.ts';
import unit from '../../vitest.config.ts';
import { readText, repositoryFiles } from '../lint/repository.ts';
import { chosenLanes } from './chosen-lanes.ts';
import { commandOf, lanes, setsOfCi } from './lanes.ts';
import { outcomeOf, summaryOf } from './summary.ts';

const namesOf = (argv: readonly string[]): string[] => chosenLanes(lanes, argv).map(({ name }) => name);

describe('the lanes', () => {
  it('are all run by CI, each by one of its commands', () => {
    const ofCi = lanes.filter(({ sets }) => sets.some((set) => setsOfCi.includes(set)));
    expect(setsOfCi.flatMap((set) => namesOf([set])).toSorted()).toEqual(ofCi.map(({ name }) => name).toSorted());
    expect(lanes.filter((lane) => !ofCi.includes(lane)).map(({ name }) => name)).toEqual(['changed units']);
    const ran = readText('.ci/run').split('\n');
    for (const set of setsOfCi) expect(ran).toContain(commandOf[set]);
  });

  it('are told in CONTRIBUTING.md', () => {
    const told = readText('CONTRIBUTING.md');
    for (const { name } of lanes) expect(told).toContain(`| ${name} `);
  });

  it('have every test file in one of their suites', () => {
    const suites = [...(unit.test?.projects ?? []), endToEnd].map((each) =>
      typeof each === 'object' && 'test' in each ? each.test : undefined,
    );
    const isIn = (path: string, globs: readonly string[] = []): boolean =>
      globs.some((glob) => matchesGlob(path, glob));
    const files = repositoryFiles.filter((path) => path.endsWith('.test.ts') && !path.includes('/fixtures/'));
    const homeless = files.filter(
      (path) => suites.filter((suite) => isIn(path, suite?.include) && !isIn(path, suite?.exclude)).length !== 1,
    );
    expect(files.length).toBeGreaterThan(300);
    expect(homeless).toEqual([]);
  });

  it('run those that are named, in whatever set they are', () => {
    expect(namesOf(['fast', 'lint', 'proofs'])).toEqual(['lint', 'proofs']);
    expect(() => namesOf(['quick'])).toThrow(/there is no set of lanes quick; there are: check, fast, slow/);
    expect(() => namesOf(['fast', 'lints'])).toThrow(/there is no lane lints; there are: types, lint/);
  });
});

describe('the summary', () => {
  const chosen = chosenLanes(lanes, ['fast', 'types', 'lint', 'format']);
  const said = 'LANE SKIPPED s3: not here\nNOT MEASURED libs/blob-s3\nSECOND TRY a.test.ts > b\n Tests  7 passed (7)\n';
  const outcomes = [outcomeOf('types', 1, true, said), outcomeOf('lint', 2, false, '')];
  const lines = summaryOf(lanes, chosen, outcomes).split('\n');

  it('names every lane, with how it ended or what runs it', () => {
    expect(lines).toContain('ok         1.0 s  types');
    expect(lines).toContain('FAILED     2.0 s  lint');
    expect(lines).toContain('not reached       format');
    expect(lines).toContain('not chosen        boundaries: npm test');
    expect(lines).toContain('not chosen        proofs: npm run test:slow');
    expect(lines.filter((line) => / {2}(?=\S)/.test(line)).length).toBe(lanes.length - 1 + 2);
  });

  it('repeats what was left out, and what passed late', () => {
    expect(lines).toContain('skipped           s3: not here');
    expect(lines).toContain('at second try     a.test.ts > b');
    expect(lines).toContain('7 passed, 1 failed, 1 skipped, 1 at the second try in 3 s');
    expect(outcomes[0]?.unmeasured).toEqual(['libs/blob-s3']);
  });
});
