import { operations, submitFields, type Operation } from '@ffapi/contracts';
import { z } from 'zod';
import { schemaCollector, type JsonSchema } from '../json-schema.ts';
import { exampleInputs } from '../openapi/examples.ts';
import { code, generated, jsonBlock, table, typeWords } from './markdown.ts';

interface ObjectSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly ObjectSchema[];
}

const defaultOf = (schema: JsonSchema): string => ('default' in schema ? code(JSON.stringify(schema.default)) : '');

/** Kinds of an object that its `type` tells apart: one row each, and its other fields below. */
const variantRows = (variants: readonly ObjectSchema[], path: string): string[][] =>
  variants.flatMap(({ description = '', properties: { type, ...properties } = {}, required }) => [
    [code(`${path}type`), type ? typeWords(type) : '', '', description],
    ...fieldRows({ properties, required }, path).filter(([name]) => name !== code(`${path}params`)),
  ]);

/** One row per field; the fields of an object within follow it under their path. */
const fieldRows = (schema: ObjectSchema, prefix = ''): string[][] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const inner = (field.items ?? field) as ObjectSchema;
    const isRequired = schema.required?.includes(name) ?? false;
    const path = `${prefix}${name}${field.items ? '[]' : ''}`;
    return [
      [
        code(prefix + name),
        typeWords(field),
        isRequired ? 'required' : defaultOf(field),
        String(field.description ?? ''),
      ],
      ...(inner.properties ? fieldRows(inner, `${path}.`) : []),
      ...(inner.oneOf ? variantRows(inner.oneOf, `${path}.`) : []),
    ];
  });

const fieldTable = (schema: z.ZodObject): string =>
  table(
    ['Field', 'Type', 'Default', 'Meaning'],
    fieldRows(schemaCollector('#/').schemaOf(schema, 'input') as ObjectSchema),
  );

const inputLines = ({ inputs }: Operation): string[] =>
  Object.entries(inputs).map(
    ([name, { fields, kind }]) =>
      `- ${name} (${kind}): ${fields.map(code).join(', ')}, an http(s) URL or the id of a stored file.`,
  );

/** What its jobs tell beside files. */
const resultLines = ({ result }: Operation): string[] => {
  const rows = fieldRows(schemaCollector('#/').schemaOf(result, 'output') as ObjectSchema);
  const members = rows.map(([name = '', type = '', , meaning = '']) => [name, type, meaning]);
  return members.length === 0 ? [] : ['### Result', '', table(['Member', 'Type', 'Meaning'], members), ''];
};

const section = (operation: Operation): string => {
  const { cpu, gpu } = operation.pools;
  return [
    `## ${operation.id}`,
    '',
    operation.summary,
    '',
    `${code(`POST ${operation.path}`)}, version ${operation.version}, pool ${[cpu, ...(gpu ? [gpu] : [])].map(code).join(' or ')}.`,
    '',
    '### Inputs',
    '',
    ...inputLines(operation),
    '',
    '### Parameters',
    '',
    fieldTable(operation.params),
    '',
    '### Outputs',
    '',
    operation.outputs,
    '',
    ...resultLines(operation),
    '### Examples',
    '',
    ...operation.examples.flatMap(({ title, params }) => [
      `${title}:`,
      '',
      jsonBlock({ ...exampleInputs(operation), ...params }),
      '',
    ]),
  ].join('\n');
};

/** The page of every operation with its fields and examples. */
export const operationsPage = (): string =>
  [
    generated,
    '',
    '# Operations',
    '',
    'Each is a `POST` that answers `202` with the job. `?dry_run=true` answers with the plan and runs nothing.',
    '',
    '## Fields of every submit',
    '',
    fieldTable(z.strictObject(submitFields)),
    '',
    ...Object.values(operations as Record<string, Operation>).map(section),
  ].join('\n');
