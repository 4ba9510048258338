import type { JsonSchema, SchemaCollector } from '../json-schema.ts';

/** `submit_video_filter` as a type is called: `VideoFilter`. */
export const typeName = (id: string): string =>
  id
    .replace(/^submit_/, '')
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The property that tells the choices apart, each by a constant of its own. */
const discriminatorOf = (choices: readonly unknown[]): string | null => {
  const constants = choices.map((choice) => {
    const properties = isObject(choice) && isObject(choice.properties) ? choice.properties : {};
    return Object.entries(properties).flatMap(([name, each]) =>
      isObject(each) && typeof each.const === 'string' ? [name] : [],
    );
  });
  return constants[0]?.find((name) => constants.every((names) => names.includes(name))) ?? null;
};

const constantOf = (choice: JsonSchema, property: string): string =>
  String((choice.properties as Record<string, JsonSchema>)[property]?.const);

/**
 * The same schema with each choice between objects of different `type`s as components of their own and a discriminator,
 * so that a client gets a type for each (OpenAPI 3.1 §4.8.25).
 */
export const withDiscriminators = (schema: unknown, prefix: string, collector: SchemaCollector): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => withDiscriminators(each, prefix, collector));
  if (!isObject(schema)) return schema;
  const walked = Object.fromEntries(
    Object.entries(schema).map(([key, each]) => [key, withDiscriminators(each, prefix, collector)]),
  );
  const choices = (walked.oneOf ?? walked.anyOf) as readonly JsonSchema[] | undefined;
  const property = choices && choices.length > 1 ? discriminatorOf(choices) : null;
  if (!choices || property === null) return walked;
  const { anyOf: _, oneOf: __, ...rest } = walked;
  const refs = choices.map((choice) => {
    const constant = constantOf(choice, property);
    return [constant, collector.add(`${prefix}${typeName(constant)}`, choice)] as const;
  });
  return {
    ...rest,
    oneOf: refs.map(([, ref]) => ref),
    discriminator: { propertyName: property, mapping: Object.fromEntries(refs.map(([name, ref]) => [name, ref.$ref])) },
  };
};
