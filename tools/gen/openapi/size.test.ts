import { operations, routes } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import type { JsonSchema } from '../json-schema.ts';
import { shortJson } from '../short-json.ts';
import { openApiDocument } from './document.ts';
import { typeName } from './names.ts';

const document = openApiDocument('0.0.0');
const { schemas } = document.components as { schemas: Record<string, JsonSchema> };
const paths = document.paths as Record<string, JsonSchema>;

const linesOf = (value: unknown): number => shortJson(value).split('\n').length;

/** What stands in the document for one operation alone: its path, its body and the kinds of things in it. */
const linesFor = (id: string, path: string): number => {
  const { id: route = '' } = routes.find((each) => each.path === path) ?? {};
  const own = Object.keys(schemas).filter((name) => name.startsWith(typeName(route)) || name === typeName(id));
  return linesOf(paths[path]) + own.reduce((sum, name) => sum + linesOf(schemas[name]), 0);
};

it('is short enough to be read and fetched', () => {
  expect(Buffer.byteLength(shortJson(document))).toBeLessThan(800_000);
});

it('grows by little more than the fields and examples of a new operation', () => {
  const added = Object.values(operations)
    .map(({ id, path }) => linesFor(id, path))
    .toSorted((a, b) => a - b);
  expect(added[Math.floor(added.length / 2)]).toBeLessThanOrEqual(200);
});

it('is the same document as JSON of any other form', () => {
  expect(JSON.parse(shortJson(document))).toEqual(JSON.parse(JSON.stringify(document)));
});
