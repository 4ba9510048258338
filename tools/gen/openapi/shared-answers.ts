import type { JsonSchema } from '../json-schema.ts';

type Answers = Readonly<Record<string, JsonSchema>>;
type Paths = Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;

/** An answer that fewer operations give stands with them. */
const usesMin = 3;

const refsIn = (schema: JsonSchema): string[] =>
  [schema, ...((schema.anyOf ?? []) as JsonSchema[])].flatMap(({ $ref }) =>
    typeof $ref === 'string' ? [$ref.split('/').at(-1) ?? ''] : [],
  );

/** `JobOrPlan200`: what is answered, and with which status. */
const nameOf = ({ content }: JsonSchema, status: string): string | null => {
  const { schema } =
    ((content ?? {}) as Readonly<Record<string, { readonly schema?: JsonSchema }>>)['application/json'] ?? {};
  const names = schema ? refsIn(schema) : [];
  return names.length === 0 ? null : `${names.join('Or')}${status}`;
};

const operationsOf = (paths: Paths): JsonSchema[] => Object.values(paths).flatMap((item) => Object.values(item));

/** The answers that many operations give word for word, by name; of two with one name the first is shared. */
export const sharedAnswers = (paths: Paths): Record<string, JsonSchema> => {
  const uses = new Map<string, { name: string; response: JsonSchema; count: number }>();
  for (const { responses } of operationsOf(paths))
    for (const [status, response] of Object.entries(responses as Answers)) {
      const name = nameOf(response, status);
      const text = JSON.stringify(response);
      if (name !== null) uses.set(text, { name, response, count: (uses.get(text)?.count ?? 0) + 1 });
    }
  const often = [...uses.values()].filter(({ count }) => count >= usesMin).toReversed();
  return Object.fromEntries(often.map(({ name, response }) => [name, response]));
};

/** The paths with references to shared answers in their place. */
export const withSharedAnswers = (paths: Paths, shared: Answers): Paths => {
  const names = new Map(Object.entries(shared).map(([name, response]) => [JSON.stringify(response), name]));
  const referred = (response: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(response));
    return name === undefined ? response : { $ref: `#/components/responses/${name}` };
  };
  const each = <T, U>(all: Readonly<Record<string, T>>, change: (one: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]));
  return each(paths, (item) =>
    each(item, (operation) => ({ ...operation, responses: each(operation.responses as Answers, referred) })),
  );
};
