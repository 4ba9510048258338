import { expect, it } from 'vitest';
import type { JsonSchema } from '../json-schema.ts';
import { openApiDocument } from './document.ts';
import { withDescriptions } from './descriptions.ts';
import { memberWords } from './member-words.ts';

const document = openApiDocument('0.0.0');
const { schemas } = document.components as { schemas: Record<string, JsonSchema> };

interface Member {
  readonly path: string;
  readonly schema: JsonSchema;
}

const membersOf = (value: unknown, path: string): Member[] => {
  if (Array.isArray(value)) return value.flatMap((each) => membersOf(each, path));
  if (typeof value !== 'object' || value === null) return [];
  const { properties = {}, ...rest } = value as { properties?: Record<string, JsonSchema> };
  return [
    ...Object.entries(properties).flatMap(([name, schema]) => [
      { path: `${path}.${name}`, schema },
      ...membersOf(schema, `${path}.${name}`),
    ]),
    ...Object.values(rest).flatMap((each) => membersOf(each, path)),
  ];
};

it('every member of every component is described', () => {
  const members = Object.entries(schemas).flatMap(([name, schema]) => membersOf(schema, name));
  expect(members.length).toBeGreaterThan(1_000);
  const silent = members.filter(({ schema }) => !('$ref' in schema) && !schema.description);
  expect(silent.map(({ path }) => path)).toEqual([]);
});

it('every parameter is described', () => {
  const operations = Object.entries(document.paths as Record<string, Record<string, JsonSchema>>).flatMap(
    ([path, item]) => Object.entries(item).map(([method, each]) => ({ where: `${method} ${path}`, each })),
  );
  const silent = operations.flatMap(({ where, each }) =>
    ((each.parameters ?? []) as JsonSchema[])
      .filter((parameter) => !('$ref' in parameter) && !parameter.description)
      .map(({ name }) => `${where} ${String(name)}`),
  );
  expect(operations.length).toBeGreaterThan(80);
  expect(silent).toEqual([]);
});

it('has no words for what nothing is called', () => {
  const names = new Set(JSON.stringify(document).match(/"[A-Za-z0-9_]+"/g));
  const unused = Object.keys(memberWords).filter((key) => {
    const [component = '', name = component] = key.split('.');
    return !names.has(`"${name}"`) || (name !== component && !(component in schemas));
  });
  expect(unused).toEqual([]);
});

it('leaves what a schema says by itself', () => {
  const schema = { properties: { name: { type: 'string', description: 'Mine.' }, status: { type: 'string' } } };
  expect(withDescriptions('Problem', schema).properties).toMatchObject({
    name: { description: 'Mine.' },
    status: { description: memberWords['Problem.status'] },
  });
});

it('tells what is known of texts that may be others one day, and leaves them open', () => {
  for (const name of ['Job.progress.stage', 'Job.progress.waiting_for', 'Job.held_reason', 'Problem.code']) {
    const [component = '', ...rest] = name.split('.');
    const [member] = membersOf(schemas[component], component).filter(
      ({ path }) => path === [component, ...rest].join('.'),
    );
    const text = JSON.stringify(member?.schema);
    expect(text, name).toContain('"x-extensible-enum":[');
    expect(text, name).not.toContain('"enum"');
  }
});
