import { z } from 'zod';

type Path = readonly PropertyKey[];

const defOf = (schema: z.core.$ZodType) => (schema as unknown as { readonly def: z.core.$ZodTypes['_zod']['def'] }).def;

/** What a value holds at a path; undefined where it holds nothing. */
export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );

/** The schemas that a value might have to meet, without what is wrapped around them. */
const bare = (schema: z.core.$ZodType): z.core.$ZodType[] => {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
      return bare(def.innerType);
    case 'pipe':
      return bare(def.in);
    case 'lazy':
      return bare(def.getter());
    case 'union':
      return def.options.flatMap(bare);
    default:
      return [schema];
  }
};

const inside = (schema: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] => {
  const def = defOf(schema);
  if (def.type === 'array') return [def.element];
  if (def.type === 'record') return [def.valueType];
  const field = def.type === 'object' ? def.shape[String(part)] : undefined;
  return field ? [field] : [];
};

const schemasAt = (schema: z.core.$ZodType, path: Path): z.core.$ZodType[] =>
  path.reduce((all, part) => all.flatMap((each) => inside(each, part)).flatMap(bare), bare(schema));

const shapesAt = (schema: z.core.$ZodType, path: Path): z.core.$ZodShape[] =>
  schemasAt(schema, path).flatMap((each) => {
    const def = defOf(each);
    return def.type === 'object' ? [def.shape] : [];
  });

/** The only values a field can have, where it is a constant. */
const constantsOf = (field: z.core.$ZodType | undefined): readonly unknown[] | null => {
  const def = field && defOf(field);
  return def?.type === 'literal' ? def.values : null;
};

/** Of several kinds of object, whether a value says itself to be of this one. */
const isOfKind = (shape: z.core.$ZodShape, value: unknown): boolean =>
  Object.entries(shape).every(([name, field]) => constantsOf(field)?.includes(valueAt(value, [name])) ?? true);

interface Refused {
  readonly values?: unknown;
  readonly params?: { readonly values?: unknown };
}

/** What the field at a path has against a value. */
export const refusedFor = (schema: z.ZodType, path: Path, value: unknown): readonly Refused[] =>
  schemasAt(schema, path).flatMap((each) => (z.core.safeParse(each, value).error?.issues ?? []) as readonly Refused[]);

/** The names of the fields that an object at this path may have. */
export const namesAt = (schema: z.ZodType, path: Path, value: unknown): string[] => {
  const shapes = shapesAt(schema, path).filter((shape) => isOfKind(shape, valueAt(value, path)));
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
};

/** The values that tell the kinds of object at this path apart. */
export const valuesAt = (schema: z.ZodType, path: Path, name: string): string[] =>
  shapesAt(schema, path)
    .flatMap((shape) => constantsOf(shape[name]) ?? [])
    .filter((each) => typeof each === 'string');
