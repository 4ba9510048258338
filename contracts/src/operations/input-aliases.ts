import type { Operation } from './operation.ts';

/** One more name of a field, at one place of a body. */
export interface FieldAlias {
  /** The object that has the field; `*` is any item of a list. */
  readonly at: readonly string[];
  readonly name: string;
  /** What it means; where there are several, they are names of the same, and the first is the one it becomes. */
  readonly means: readonly [string, ...string[]];
}

/** The name that an operation's main medium has everywhere. */
export const inputName = 'input';

/** The media that stand in items of a list, each by its own field: `clips.*.url` is `input` of a clip. */
const ofItems = (patterns: readonly string[]): FieldAlias[] => {
  const places = patterns.map((pattern) => pattern.split('.')).filter((steps) => steps.at(-1) !== '*');
  const parentOf = (steps: readonly string[]): string => steps.slice(0, -1).join('.');
  return places.flatMap((steps) => {
    const isOnly = places.filter((other) => parentOf(other) === parentOf(steps)).length === 1;
    return isOnly ? [{ at: steps.slice(0, -1), name: inputName, means: [steps.at(-1) ?? ''] as const }] : [];
  });
};

/** The list of media itself, of an operation that has no medium besides. */
const ofList = (patterns: readonly string[]): FieldAlias[] => {
  const steps = patterns[0]?.split('.') ?? [];
  const list = steps[steps.indexOf('*') - 1];
  if (list === undefined) return [];
  const at = steps.slice(0, steps.indexOf('*') - 1);
  const same = patterns.flatMap((each) => {
    const other = each.split('.');
    return other.length === at.length + 2 && other.at(-1) === '*' ? [other[at.length] ?? ''] : [];
  });
  return [{ at, name: inputName, means: [list, ...same.filter((name) => name !== list)] }];
};

/** Where an operation takes `input`, beside the names that its fields have by themselves. */
export const inputAliases = ({ inputs, nested = {} }: Pick<Operation, 'inputs' | 'nested'>): readonly FieldAlias[] => {
  const patterns = Object.keys(nested);
  const [main] = Object.values(inputs);
  const own = main ? [{ at: [], name: inputName, means: main.fields }] : ofList(patterns);
  return [...own, ...ofItems(patterns)];
};
