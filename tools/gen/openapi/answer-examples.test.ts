import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../json-schema.ts';
import { answerValues } from './answer-values.ts';
import { legacyDocument, openApiDocument } from './document.ts';

interface Media {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);

/** Formats whose texts are not looked into. */
const others = ['date', 'uri', 'binary', 'ipv4', 'ipv6', 'cidrv4', 'cidrv6'];

describe.each([
  ['the API', openApiDocument('0.0.0')],
  ['the paths of FFAPI 1', legacyDocument('0.0.0')],
])('of %s', (_, document) => {
  const { schemas, examples = {} } = document.components as {
    schemas: Record<string, JsonSchema>;
    examples?: Record<string, { value: unknown }>;
  };
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { 'date-time': isTime, ...Object.fromEntries(others.map((name) => [name, true])) },
  });
  ajv.addSchema({ $id: 'api', components: { schemas } });
  const checks = new Map<string, ReturnType<typeof ajv.compile>>();
  const validate = (schema: JsonSchema, value: unknown): string => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
    const check = checks.get(text) ?? ajv.compile(JSON.parse(text) as JsonSchema);
    checks.set(text, check);
    return check(value) ? '' : ajv.errorsText(check.errors);
  };
  const answers = Object.entries(document.paths as Record<string, Record<string, JsonSchema>>).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { responses }]) =>
      Object.entries(responses as Record<string, { content?: Record<string, Media> }>).flatMap(
        ([status, { content = {} }]) =>
          status.startsWith('2')
            ? Object.entries(content).map(([type, media]) => ({
                name: `${method} ${path} ${status} ${type}`,
                type,
                media,
              }))
            : [],
      ),
    ),
  );

  it.each(answers.filter(({ type }) => type.endsWith('json')))('$name has an example that is one', ({ media }) => {
    const shown = Object.values(media.examples ?? {}).map(({ $ref }) => examples[$ref.split('/').at(-1) ?? '']);
    expect(shown.length).toBeGreaterThan(0);
    for (const each of shown) expect(validate(media.schema, each?.value)).toBe('');
  });

  it.each(answers.filter(({ type }) => type.startsWith('text/')))('$name has an example', ({ media }) => {
    expect(media.example).toMatch(/\S/);
  });
});

it('has no values for members that no answer has', () => {
  const text = [openApiDocument('0.0.0'), legacyDocument('0.0.0')].map((each) => JSON.stringify(each)).join('');
  const unused = Object.keys(answerValues).filter((key) => {
    const [component = '', name = component] = key.split('.');
    return (
      !text.includes(`"${name}":`) ||
      (name !== component &&
        !text.includes(`"${component}":{"type":"object"`) &&
        !text.includes(`"${component}":{"title"`))
    );
  });
  expect(unused).toEqual([]);
});
