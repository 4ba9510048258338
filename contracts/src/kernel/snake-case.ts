import { z } from 'zod';

const snakeOf = (name: string): string => name.replaceAll(/[a-z0-9](?=[A-Z])/g, '$&_').toLowerCase();

/** Names of ours: lower camel case, no more than letters and digits. */
const isOurs = (name: string): boolean => /^[a-z][a-z0-9]*([A-Z][a-z0-9]*)+$/.test(name);

/**
 * The value with every member named in camelCase there in snake_case, too. Members that hold what is named by others,
 * such as `metadata`, stay as they are.
 */
export const withSnakeCase = <T>(value: T, others: ReadonlySet<string>): T => inBoth(value, others) as T;

const inBoth = (value: unknown, others: ReadonlySet<string>): unknown => {
  if (Array.isArray(value)) return value.map((each) => inBoth(each, others));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, each]) => [name, others.has(name) ? each : inBoth(each, others)] as const,
  );
  const twins = entries.flatMap(([name, each]) =>
    isOurs(name) && !Object.hasOwn(value, snakeOf(name)) ? [[snakeOf(name), each] as const] : [],
  );
  return Object.fromEntries([...entries, ...twins]);
};

/** Generators for Go write both names in one way, and would declare the member twice. */
const twinOf = (name: string) => ({
  description: `Same as ${name}.`,
  'x-go-name': `${name.charAt(0).toUpperCase()}${name.slice(1)}InSnakeCase`,
});

/** The schema of an object whose members in camelCase are there in snake_case, too. */
export const inBothCases = <T extends z.ZodRawShape>(schema: z.ZodObject<T>): z.ZodObject => {
  const twins = Object.entries(schema.shape).flatMap(([name, field]) =>
    isOurs(name) ? [[snakeOf(name), (field as z.ZodType).meta(twinOf(name))]] : [],
  );
  return z.strictObject({ ...schema.shape, ...(Object.fromEntries(twins) as z.ZodRawShape) });
};
