import { aggregates } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { readText, sourceFiles } from './repository.ts';

const kinds = aggregates.map(({ kind }) => kind);
const firstParts = [...kinds, 'evt', 'work', 'progress', 'log', 'control', 'hb', 'count', 'due', 'timer'];
const pastedTogether = new RegExp(String.raw`(?<!ensureSubject\()\x60(?:${firstParts.join('|')})\.\$\{`, 'g');

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

/** Names that only look like subjects. */
const others: readonly string[] = ['services/gateway/src/audit/audited-events.ts'];

it('knows a subject that is pasted together', () => {
  expect('connection.publish(`work.${pool}.${id}`)').toMatch(pastedTogether);
  expect('connection.publish(ensureSubject(`work.${pool}`))').not.toMatch(pastedTogether);
});

it('subjects and stream names are put together in one place, which takes no wildcard', () => {
  const files = sourceFiles.filter(
    (path) => /^(contracts|libs|services|infra)\/.*src\//.test(path) && !/\.(test|suite|double)\.ts$/.test(path),
  );
  expect(files.length).toBeGreaterThan(300);
  const found = files
    .filter((path) => !others.includes(path))
    .flatMap((path) => {
      const text = readText(path);
      return [...text.matchAll(pastedTogether)].map(({ index }) => `${path}:${lineOf(text, index)}`);
    });
  expect(found).toEqual([]);
});
