import { z } from 'zod';

export const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
export const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.int().min(min).max(max));
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().toLowerCase().pipe(z.enum(values));
export const text = z.string().min(1);

export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly group:
    | 'process'
    | 'access'
    | 'stores'
    | 'work'
    | 'translation'
    | 'files'
    | 'defence'
    | 'moderation'
    | 'watching';
  readonly schema: S;
  /** As it would stand in the environment; absent: unset. */
  readonly preset?: string;
  readonly describe: string;
  readonly secret?: true;
}

export const setting = <S extends z.ZodType>(
  group: Setting['group'],
  schema: S,
  describe: string,
  rest: { preset?: string; secret?: true } = {},
): Setting<S> => ({ group, schema, describe, ...rest });
