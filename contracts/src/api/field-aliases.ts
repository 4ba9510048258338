import type { z } from 'zod';
import type { FieldAlias } from '../operations/input-aliases.ts';
import type { ParamIssue } from '../operations/operation.ts';

/** Fields that have two names: either is taken wherever a body has the other. The first is the one that reads best. */
export const twinNames = [
  ['output_format', 'format'],
  ['audio_bitrate', 'bitrate'],
  ['color', 'colour'],
] as const;

/** Beside this field, `bitrate` could mean either. */
const ambiguous: Readonly<Record<string, string>> = { bitrate: 'video_bitrate' };

/** The other spelling of a name; the colour is also a part of names, such as `outline_color`. */
const twinOf = (name: string): string | null => {
  if (name.includes('colour')) return name.replace('colour', 'color');
  if (name.includes('color')) return name.replace('color', 'colour');
  const pair = twinNames.find((names) => (names as readonly string[]).includes(name));
  return pair?.find((each) => each !== name) ?? null;
};

type Place = readonly (string | number)[];
type Def = z.core.$ZodTypes['_zod']['def'];
type Fields = Readonly<Record<string, unknown>>;

export interface Resolved {
  /** The body with every field under the name of its schema. */
  readonly value: unknown;
  /** Which fields came under another name: JSON pointers of both. */
  readonly renamed: readonly { readonly is: string; readonly given: string }[];
  readonly issues: readonly ParamIssue[];
}

const defOf = (schema: z.core.$ZodType): Def => (schema as unknown as { readonly def: Def }).def;

const bare = (schema: z.core.$ZodType): Def[] => {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return bare(def.innerType);
    case 'union':
      return def.options.flatMap(bare);
    default:
      return [def];
  }
};

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type ObjectDef = Extract<Def, { type: 'object' }>;

/** Of several kinds of object, whether a value says itself to be of this one. */
const isOfKind = ({ shape }: ObjectDef, value: Fields): boolean =>
  Object.entries(shape).every(([name, field]) => {
    const def = defOf(field);
    return def.type !== 'literal' || (def.values as readonly unknown[]).includes(value[name]);
  });

/** Where unknown fields are refused, a name that is not in the schema can only be another name. */
const isStrict = ({ catchall }: ObjectDef): boolean => catchall !== undefined && defOf(catchall).type === 'never';

const pointerTo = (place: Place): string => place.map((step) => `/${step}`).join('');

const isAt = (at: readonly string[], place: Place): boolean =>
  at.length === place.length && at.every((step, n) => step === '*' || step === String(place[n]));

const meaningsOf = (name: string, known: ReadonlySet<string>, aliases: readonly FieldAlias[]): readonly string[] => {
  const declared = aliases.find((alias) => alias.name === name)?.means;
  if (declared) return declared;
  const twin = known.has(name) ? null : twinOf(name);
  const isClear = twin !== null && known.has(twin) && !known.has(ambiguous[name] ?? '');
  return isClear ? [twin] : [];
};

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Puts every field of a body under the one name that its schema has; two names with different values are an issue. */
export const resolveAliases = (schema: z.ZodType, body: unknown, aliases: readonly FieldAlias[] = []): Resolved => {
  const renamed: { is: string; given: string }[] = [];
  const issues: ParamIssue[] = [];

  const nameIn = (value: Fields, name: string, means: readonly string[], place: Place): string | null => {
    const [first = name] = means;
    if (means.length === 0) return name;
    const rival = means.find((each) => Object.hasOwn(value, each));
    if (rival === undefined) {
      renamed.push({ is: pointerTo([...place, first]), given: pointerTo([...place, name]) });
      return first;
    }
    if (!isSame(value[name], value[rival])) {
      const message = `${name} and ${rival} are names of the same field: give one.`;
      issues.push({ pointer: pointerTo([...place, name]), code: 'param_conflict', message });
    }
    return null;
  };

  const fieldsOf = (defs: readonly ObjectDef[], value: Fields, place: Place): Fields => {
    const known = new Set(defs.flatMap(({ shape }) => Object.keys(shape)));
    const here = aliases.filter(({ at }) => isAt(at, place));
    return Object.fromEntries(
      Object.entries(value).flatMap(([given, each]) => {
        const means = defs.every(isStrict) ? meaningsOf(given, known, here) : [];
        const name = nameIn(value, given, means, place);
        if (name === null) return [];
        const inside = defs.flatMap(({ shape }) => {
          const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
          return field ? bare(field) : [];
        });
        return [[name, walk(inside, each, [...place, name])]];
      }),
    );
  };

  const walk = (defs: readonly Def[], value: unknown, place: Place): unknown => {
    if (Array.isArray(value)) {
      const elements = defs.flatMap((def) => (def.type === 'array' ? bare(def.element) : []));
      return elements.length === 0 ? value : value.map((each, n) => walk(elements, each, [...place, n]));
    }
    if (!isFields(value)) return value;
    const objects = defs.filter((def) => def.type === 'object').filter((def) => isOfKind(def, value));
    return objects.length === 0 ? value : fieldsOf(objects, value, place);
  };

  return { value: walk(bare(schema), body, []), renamed, issues };
};

/** A JSON pointer into a resolved body, as it is in the body that was sent. */
export const pointerAsGiven = (pointer: string, renamed: Resolved['renamed']): string =>
  // Innermost first: its place is told by names of the schema.
  renamed.reduceRight(
    (now, { is, given }) => (now === is || now.startsWith(`${is}/`) ? given + now.slice(is.length) : now),
    pointer,
  );
