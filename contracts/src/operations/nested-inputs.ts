import type { InputKind, Operation } from './operation.ts';

type Place = readonly (string | number)[];

/** Media that a request names inside of its parameters, such as one clip of a list. */
export interface NestedInput {
  /** The input's name in events and plans; see `inputAt`. */
  readonly name: string;
  readonly place: Place;
  readonly pointer: string;
  readonly value: string;
  readonly kind: InputKind;
}

/** The name of the input that stands at a place of the parameters: `inputAt('clips', 0)` is `clips-0`. */
export const inputAt = (...place: Place): string => place.join('-');

const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const placesOf = (value: unknown, [step, ...rest]: readonly string[], at: Place): Place[] => {
  if (step === undefined) return typeof value === 'string' ? [at] : [];
  if (!isBranch(value)) return [];
  if (step !== '*') return placesOf(value[step], rest, [...at, step]);
  return Array.isArray(value)
    ? value.flatMap((each, n) => placesOf(each, rest, [...at, n]))
    : Object.entries(value).flatMap(([name, each]) => placesOf(each, rest, [...at, name]));
};

const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((branch, step) => (isBranch(branch) ? branch[step] : undefined), value);

/** Every input that stands in the parameters, in the order of the operation's patterns. */
export const nestedInputs = (operation: Pick<Operation, 'nested'>, params: unknown): NestedInput[] =>
  Object.entries(operation.nested ?? {}).flatMap(([pattern, kind]) =>
    placesOf(params, pattern.split('.'), []).map((place) => ({
      name: inputAt(...place),
      place,
      pointer: `/${place.join('/')}`,
      value: String(valueAt(params, place)),
      kind,
    })),
  );

const matches = (pattern: string, name: string): boolean => {
  const [steps, parts] = [pattern.split('.'), name.split('-')];
  return (
    steps.length === parts.length && steps.every((step, n) => step === (parts[n] ?? '') || isIndexOf(step, parts[n]))
  );
};

const isIndexOf = (step: string, part: string | undefined): boolean => step === '*' && /^\d+$/.test(part ?? '');

/** What an operation expects under an input's name, be it a field of its own or one inside of the parameters. */
export const inputKind = ({ inputs, nested = {} }: Pick<Operation, 'inputs' | 'nested'>, name: string): InputKind => {
  const own = Object.hasOwn(inputs, name) ? inputs[name]?.kind : undefined;
  return own ?? Object.entries(nested).find(([pattern]) => matches(pattern, name))?.[1] ?? 'any';
};

/** The parameters with another text at a place. */
export const withValueAt = <T>(params: T, [step, ...rest]: Place, text: string): T => {
  if (step === undefined) return text as T;
  if (Array.isArray(params))
    return params.map((each, n) => (n === step ? withValueAt(each, rest, text) : each)) as unknown as T;
  return { ...params, [step]: withValueAt((params as Record<string | number, unknown>)[step], rest, text) };
};
