import { mapValues } from '../map-values.ts';
import { aliasMark, errors, resultNames, submitFields, type OperationId, type Route } from '@ffapi/contracts';
import type { z } from 'zod';
import type { JsonSchema, SchemaCollector } from '../json-schema.ts';
import { wordsFor } from './descriptions.ts';
import { exampleParam, operationOf, submitExamples, exampleBody } from './examples.ts';
import { typeName, withDiscriminators } from './names.ts';
import { problemResponses } from './problems.ts';
import { codeSamples } from './samples.ts';
import { jobSocket } from './web-socket.ts';

const securityOf = ({ access, isSigned }: Route): readonly JsonSchema[] | undefined => {
  if (access === 'public') return [];
  return isSigned ? [{}, { apiKey: [] }, { bearer: [] }, { session: [] }] : undefined;
};

/** As on the wire: what may be left out by the input's schema, what values mean by the output's. */
const fields = (
  schema: z.ZodObject | undefined,
  { schemaOf }: SchemaCollector,
): { name: string; required: boolean; schema: JsonSchema }[] => {
  if (!schema) return [];
  const parsed = schemaOf(schema, 'output') as { properties: Record<string, JsonSchema> };
  const given = schemaOf(schema, 'input') as { required?: string[] };
  return Object.entries(parsed.properties).map(([name, each]) => ({
    name,
    required: given.required?.includes(name) ?? false,
    schema: each,
  }));
};

const isFlag = ({ enum: choices }: JsonSchema): boolean => JSON.stringify(choices) === '["true","false"]';

/** The try-it form would fill in the first choice of an optional filter and send it. */
const leftOut = (schema: JsonSchema): JsonSchema => {
  const [choice] = (schema.enum as unknown[] | undefined) ?? [];
  if (choice === undefined || 'default' in schema || isFlag(schema)) return {};
  return { examples: { default: { value: choice, 'x-disabled': true } } };
};

/** Whether it takes work as a job, from JSON or with the files in a form. */
const isSubmit = (route: Route): boolean => submitExamples(route).length > 0 || route.uploadTexts !== undefined;

const parameters = (route: Route, collector: SchemaCollector): JsonSchema[] => {
  const inPath = Object.entries(route.params ?? {}).map(([name, param]) => {
    const { description, examples: _, ...rest } = collector.schemaOf(param.schema, 'output');
    const example = exampleParam(param);
    return {
      name,
      in: 'path',
      required: true,
      description: description ?? 'The rest of the path, slashes included.',
      schema: rest,
      example,
    };
  });
  const inQuery = fields(route.query, collector).map(({ name, required, schema }) => {
    if (isSubmit(route) && name === 'dry_run') return { $ref: '#/components/parameters/DryRun' };
    const { description = wordsFor('', name), ...rest } = schema;
    return {
      name,
      in: 'query',
      required,
      ...(description ? { description } : {}),
      schema: isFlag(rest) ? { type: 'boolean' } : rest,
      ...(required ? {} : leftOut(rest)),
    };
  });
  return [
    ...inPath,
    ...inQuery,
    ...(isSubmit(route) ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
    ...(isSubmit(route) || route.id === 'get_job' ? [{ $ref: '#/components/parameters/Prefer' }] : []),
    ...(route.id === 'follow_job' ? [{ $ref: '#/components/parameters/LastEventId' }] : []),
  ];
};

const uploadBody = ({ upload: names = ['file'], uploadTexts = {} }: Route): JsonSchema => ({
  required: true,
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: {
          ...Object.fromEntries(
            names.map((name) => [
              name,
              {
                type: 'string',
                // JSON Schema's word and, for generators that know the one of OpenAPI 3.0 alone, theirs.
                contentMediaType: 'application/octet-stream',
                format: 'binary',
                description: 'The file itself.',
              },
            ]),
          ),
          ...Object.fromEntries(
            Object.entries(uploadTexts).map(([name, description]) => [name, { type: 'string', description }]),
          ),
        },
        required: [names[0]],
      },
    },
  },
});

/** Other names of a field are told once, of all bodies. */
const withoutAliases = (schema: JsonSchema): JsonSchema => {
  if (!schema.properties) return schema;
  const shown = Object.entries(schema.properties).filter(([, each]) => !(aliasMark in (each as JsonSchema)));
  return { ...schema, properties: Object.fromEntries(shown) };
};

/** The fields that every submit takes beside its own are described once. */
const withSharedFields = (schema: JsonSchema, collector: SchemaCollector): JsonSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties as Readonly<Record<string, JsonSchema>>).map(([name, field]) => [
      name,
      name in submitFields ? collector.add(`Submit${typeName(name)}`, field) : field,
    ]),
  ),
});

const bodySchema = (route: Route, collector: SchemaCollector): JsonSchema => {
  const name = typeName(route.id);
  const written = withoutAliases(collector.schemaOf(route.body as z.ZodType, 'input'));
  const schema = withDiscriminators(written, name, collector) as JsonSchema;
  return collector.add(`${name}Request`, isSubmit(route) ? withSharedFields(schema, collector) : schema);
};

const requestBody = (route: Route, collector: SchemaCollector): JsonSchema | undefined => {
  if (route.upload) return uploadBody(route);
  if (!route.body) return undefined;
  const examples = submitExamples(route);
  const [other] = examples.length === 0 ? [exampleBody(route)] : [];
  const shown =
    examples.length > 0
      ? {
          examples: Object.fromEntries(
            examples.map(({ title, body }) => [
              title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'),
              { summary: title, value: body },
            ]),
          ),
        }
      : other
        ? { example: other }
        : {};
  return {
    required: !route.body.isOptional(),
    content: { 'application/json': { schema: bodySchema(route, collector), ...shown } },
  };
};

const contentTypes = {
  json: 'application/json',
  stream: 'application/octet-stream',
  text: 'text/plain',
  html: 'text/html',
} as const;

const contentTypesOf = (route: Route): readonly string[] =>
  route.contentTypes ?? (route.answers === 'nothing' ? [] : [contentTypes[route.answers ?? 'json']]);

const locationHeader = { Location: { description: 'Where the new job is.', schema: { type: 'string' } } };

const success = (route: Route, collector: SchemaCollector): Record<string, JsonSchema> => {
  const types = contentTypesOf(route);
  const schema = route.response
    ? collector.add(`${typeName(route.id)}Answer`, collector.schemaOf(route.response, 'output'))
    : {};
  const schemaFor = (type: string): JsonSchema => (type.endsWith('json') ? schema : { type: 'string' });
  const content =
    types.length === 0 ? {} : { content: Object.fromEntries(types.map((type) => [type, { schema: schemaFor(type) }])) };
  const accepted = {
    description: route.answers === 'nothing' ? 'Done; no body.' : 'Success.',
    ...(route.success === 202 ? { headers: locationHeader } : {}),
    ...content,
  };
  const others = Object.entries(route.otherwise ?? {}).map(([status, { description, response, headers }]) => [
    status,
    {
      description,
      ...(headers && { headers: mapValues(headers, (text) => ({ description: text, schema: { type: 'string' } })) }),
      ...(response && { content: { 'application/json': { schema: collector.schemaOf(response, 'output') } } }),
    },
  ]);
  return { ...Object.fromEntries(others), [String(route.success)]: accepted };
};

/** In words where it was not declared from the start: one more parameter would change the calls of generated clients. */
const idempotencyWords = 'Takes the header `Idempotency-Key`, as submits do.';

const words = (route: Route): JsonSchema => {
  const operation = operationOf(route);
  if (operation) {
    const { id, result } = { id: operation.id, result: resultNames[operation.id as OperationId] };
    const told = result === undefined ? '' : ` Its \`result\` is a \`${result}\`.`;
    return { summary: route.summary, description: `Operation \`${id}\`. Answers with the job.${told}` };
  }
  const isScope = route.access !== 'public' && route.access !== 'key';
  const said = [
    ...(isScope ? [`Needs the permission \`${route.access}\`.`] : []),
    ...(route.isIdempotent ? [idempotencyWords] : []),
  ];
  return { summary: route.summary, ...(said.length > 0 ? { description: said.join(' ') } : {}) };
};

/** One OpenAPI operation from its route. */
export const operationObject = (route: Route, collector: SchemaCollector): JsonSchema => {
  const given = parameters(route, collector);
  const body = requestBody(route, collector);
  const secured = securityOf(route);
  const unknown = (route.errors ?? []).filter((code) => !(code in errors));
  if (unknown.length > 0) throw new Error(`${route.id} names unknown errors: ${unknown.join(', ')}`);
  return {
    operationId: route.id,
    tags: [route.tag],
    ...words(route),
    ...(secured ? { security: secured } : {}),
    ...(given.length > 0 ? { parameters: given } : {}),
    ...(body ? { requestBody: body } : {}),
    responses: { ...success(route, collector), ...problemResponses(route) },
    ...(route.id === 'follow_job' ? { 'x-websocket': jobSocket } : {}),
    'x-codeSamples': codeSamples(route),
  };
};
