import { readFileSync } from 'node:fs';
import { settings } from '@ffapi/config';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const openapi = JSON.parse(read('reference/openapi.json')) as { paths: Record<string, Record<string, unknown>> };

const words = new Set<string>();
const collect = (value: unknown): void => {
  if (typeof value === 'string') words.add(value);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) {
      words.add(name);
      collect(each);
    }
};
collect(openapi);

const isOurs = (word: string): boolean => {
  const [, method = '', path = ''] = /^(GET|POST|PATCH|PUT|DELETE) (\S+)$/.exec(word) ?? [];
  if (path !== '') {
    const known = Object.entries(openapi.paths).find(([each]) => each.replaceAll(/\{\w+\}/g, '{id}') === path);
    return known !== undefined && method.toLowerCase() in known[1];
  }
  if (/^[A-Z]+_[A-Z_]+$/.test(word)) return Object.hasOwn(settings, word);
  if (word.startsWith('Prefer: ')) return words.has('Prefer');
  return word.split(/\[\]\.|\./).every((part) => words.has(part));
};

const sections = read('how-to/come-from-elsewhere.md').split(/^## /m);
const cellsOf = (section: number, column: number): string[] =>
  (sections[section] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|')[column + 1] ?? '');
const own = [...cellsOf(1, 0), ...cellsOf(2, 1)];

it('the page for people who come from elsewhere names paths, fields and settings that exist', () => {
  const named = own.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word));
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((word) => !isOurs(word))).toEqual([]);
  expect(['POST /v1/nowhere', 'DELETE /v1/transcode', 'no_such_field', 'NO_SUCH_SETTING'].filter(isOurs)).toEqual([]);
});
