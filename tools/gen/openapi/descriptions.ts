import type { JsonSchema } from '../json-schema.ts';
import { memberWords } from './member-words.ts';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a member means that has no description of its own. */
export const wordsFor = (component: string, name: string): string | undefined =>
  memberWords[`${component}.${name}`] ?? memberWords[name];

const isDescribed = (schema: JsonSchema): boolean => 'description' in schema || '$ref' in schema;

/** The schema of a component with a description for every member, at every depth. */
export const withDescriptions = (component: string, schema: JsonSchema): JsonSchema => {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isSchema(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        if (key === 'example' || key === 'examples' || key === 'default' || key === 'enum') return [key, each];
        return [key, key === 'properties' && isSchema(each) ? members(each) : walk(each)];
      }),
    );
  };
  const members = (properties: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(properties).map(([name, member]) => {
        const walked = walk(member);
        const description = wordsFor(component, name);
        const isSilent = isSchema(walked) && !isDescribed(walked) && description !== undefined;
        return [name, isSilent ? { ...walked, description } : walked];
      }),
    );
  return walk(schema) as JsonSchema;
};
