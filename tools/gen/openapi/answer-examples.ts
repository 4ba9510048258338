import { mapValues } from '../map-values.ts';
import type { JsonSchema } from '../json-schema.ts';
import { answerValues } from './answer-values.ts';

type Schemas = Readonly<Record<string, JsonSchema>>;
type Paths = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;

interface Place {
  readonly component: string;
  readonly name: string;
}

const place = '#/components/schemas/';
const nameOf = (ref: unknown): string => String(ref).slice(place.length);

const time = '2026-01-01T12:00:00.000Z';

/** What the table of values says of a member: its own, its component's word for it, or nothing. */
const known = ({ component, name }: Place): { readonly value: unknown } | null => {
  const key = [`${component}.${name}`, name].find((each) => Object.hasOwn(answerValues, each));
  return key === undefined ? null : { value: answerValues[key] };
};

const typeOf = ({ type }: JsonSchema): unknown => (Array.isArray(type) ? type.find((each) => each !== 'null') : type);

const fits = (schema: JsonSchema, value: unknown): boolean => {
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as JsonSchema[]).some((each) => fits(each, value));
  const types = [schema.type].flat();
  if ('const' in schema) return schema.const === value;
  if (Array.isArray(schema.enum)) return schema.enum.includes(value);
  if (value === null) return types.includes('null');
  if (Array.isArray(value)) return types.includes('array');
  if (typeof value === 'number') return types.includes('number') || types.includes('integer');
  if (schema.format === 'date-time' && Number.isNaN(Date.parse(String(value)))) return false;
  return types.includes(typeof value) || schema.type === undefined;
};

/** A value that a schema allows, as near to a real answer as the table of values knows. */
const sample = (schema: JsonSchema, at: Place, schemas: Schemas): unknown => {
  if (typeof schema.$ref === 'string') {
    const component = nameOf(schema.$ref);
    return sample(schemas[component] ?? {}, { component, name: '' }, schemas);
  }
  const value = known(at);
  if (value && fits(schema, value.value)) return value.value;
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  const choice = choices?.find(({ type }) => type !== 'null');
  if (choice) return sample(choice, at, schemas);
  switch (typeOf(schema)) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Schemas).map(([name, each]) => [
          name,
          sample(each, { ...at, name }, schemas),
        ]),
      );
    case 'array':
      return schema.items ? [sample(schema.items as JsonSchema, at, schemas)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Number(schema.minimum ?? 1);
    case 'string':
      return schema.format === 'date-time' ? time : schema.format === 'date' ? time.slice(0, 10) : at.name || 'text';
    default:
      return null;
  }
};

/** What answers look like that are no JSON. */
const texts: Readonly<Record<string, string>> = {
  'text/event-stream':
    'id: 42\nevent: JobCompleted\ndata: {"id":"42","type":"JobCompleted","event":"job.completed"}\n\n',
  'text/csv': 'job_id,type,status\njob_01k9vjz6f8e2m3q4r5s6t7v8w9,transcode,completed\n',
  'text/plain': 'frame=  300 fps=118 q=28.0 size=    2750KiB time=00:00:10.00 speed=3.9x\n',
  'text/html': '<!doctype html>\n<title>FFAPI</title>\n',
};

const refsOf = (schema: JsonSchema): string[] =>
  [schema, ...((schema.anyOf ?? []) as JsonSchema[])].flatMap(({ $ref }) => ($ref === undefined ? [] : [nameOf($ref)]));

const withExamples = (type: string, media: JsonSchema): JsonSchema => {
  if (texts[type] !== undefined) return { ...media, example: texts[type] };
  const names = refsOf(media.schema as JsonSchema);
  if (!type.endsWith('json') || names.length === 0) return media;
  const refs = names.map((name) => [name, { $ref: `#/components/examples/${name}` }]);
  return { ...media, examples: Object.fromEntries(refs) as JsonSchema };
};

/** The paths with an example for every answer of success. */
export const withAnswerExamples = (paths: Paths): Paths =>
  mapValues(paths, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses as Schemas, (response, status) =>
        status.startsWith('2') && response.content
          ? { ...response, content: mapValues(response.content as Schemas, (media, type) => withExamples(type, media)) }
          : response,
      ),
    })),
  );

/** An example of every component; each answer refers to the one it gives. */
export const answerExamples = (schemas: Schemas): Record<string, JsonSchema> =>
  mapValues(schemas, (_, component) => ({
    value: sample({ $ref: place + component }, { component, name: '' }, schemas),
  }));
