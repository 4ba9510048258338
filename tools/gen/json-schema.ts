import { z } from 'zod';

export type JsonSchema = { [key: string]: unknown };
type Io = 'input' | 'output';

interface Written {
  readonly properties: { readonly it: JsonSchema };
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const safe = Number.MAX_SAFE_INTEGER;

/** What zod adds and no reader needs: the bounds of a double's integers, and the regex behind a format. */
const tidy = ({ jsonSchema }: { jsonSchema: JsonSchema }): void => {
  if (jsonSchema.minimum === -safe) delete jsonSchema.minimum;
  if (jsonSchema.maximum === safe) delete jsonSchema.maximum;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
};

const withRefsTo = (place: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => withRefsTo(place, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      key === '$ref' && typeof each === 'string'
        ? [key, each.replace('#/$defs/', place)]
        : [key, withRefsTo(place, each)],
    ),
  );
};

/** Turns zod schemas into JSON Schema and collects those that carry an id under one place of the document. */
export const schemaCollector = (place: string) => {
  const named = new Map<string, JsonSchema>();
  const schemaOf = (schema: z.ZodType, io: Io): JsonSchema => {
    // Inside of an object, so that a schema with an id comes back as a reference to it.
    const written = z.toJSONSchema(z.object({ it: schema }), {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      override: tidy as never,
    }) as unknown as Written;
    for (const [name, { id: _, ...definition }] of Object.entries(written.$defs ?? {})) {
      named.set(name, withRefsTo(place, definition) as JsonSchema);
    }
    return withRefsTo(place, written.properties.it) as JsonSchema;
  };
  const add = (name: string, schema: JsonSchema): JsonSchema => {
    if (typeof schema.$ref === 'string') return schema;
    named.set(name, { title: name, ...schema });
    return { $ref: `${place}${name}` };
  };
  const all = (): Record<string, JsonSchema> => Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { schemaOf, add, all };
};

export type SchemaCollector = ReturnType<typeof schemaCollector>;
