import { readFileSync } from 'node:fs';
import { routes } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { builtInRules } from './built-in-rules.ts';

const runbookOf = (rule: string): string =>
  readFileSync(new URL(`../../../../docs/how-to/runbooks/${rule}.md`, import.meta.url), 'utf8');
const known = routes.map(({ method, path }) => {
  const pattern = path.replaceAll(/\{\w+\*\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${method} ${pattern}$`);
});

/** What a page tells people to call: in words, or as a command. */
const callsIn = (page: string): string[] => [
  ...[...page.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^`?]+)/g)].map(([, method, path]) => `${method} ${path}`),
  ...[...page.matchAll(/curl .*"\$FFAPI(\/[^"?]+)/g)].map(([, path]) => `GET ${path?.replaceAll('$ID', '{id}')}`),
];

it('have names of their own', () => {
  expect(new Set(builtInRules.map(({ name }) => name)).size).toBe(builtInRules.length);
});

describe.each(builtInRules)('the runbook of $name', ({ name, title }) => {
  it('is there, and says where to look and when it is over', () => {
    const page = runbookOf(name);
    expect(page.split('\n')[0]).toBe(`# ${title}`);
    for (const heading of ['Look first', 'Usual causes', 'Afterwards']) expect(page).toContain(`\n## ${heading}\n`);
  });

  it('names calls that exist', () => {
    const calls = callsIn(runbookOf(name));
    expect(calls.length).toBeGreaterThan(2);
    expect(calls.filter((call) => !known.some((route) => route.test(call)))).toEqual([]);
  });
});
