import { z } from 'zod';

/** One type of filter with its parameters; parameters that all have a default may be left out as a whole. */
export const filterOf = <const T extends string, P extends z.ZodType>(type: T, description: string, params: P) =>
  z.strictObject({ type: z.literal(type), params }).describe(description);

/** The parameters of a filter whose every parameter has a default. */
export const optionalParams = <S extends z.ZodRawShape>(shape: S) => z.strictObject(shape).prefault({} as never);

export const positions = [
  'top_left',
  'top',
  'top_right',
  'left',
  'center',
  'right',
  'bottom_left',
  'bottom',
  'bottom_right',
] as const;
export type Position = (typeof positions)[number];

export const positionField = (initial: Position) =>
  z.enum(positions).default(initial).describe('Place in the picture, `margin` away from its edges.');

export const marginField = z.int().min(0).max(2000).default(20).describe('Distance from the edges in pixels.');

export const opacityField = z.number().min(0).max(1).default(1).describe('0 is invisible, 1 covers what is behind.');

export const colorField = (initial: string) =>
  z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .default(initial)
    .describe('Colour as #RRGGBB.');

export const offsetField = (side: string) =>
  z.int().min(-7680).max(7680).describe(`Pixels from the ${side} edge; negative values lie outside.`);

export const secondsField = (what: string) => z.number().min(0).max(86_400).optional().describe(what);

export const loopField = z
  .boolean()
  .default(false)
  .describe('Begins again at its end until the film ends; otherwise its last picture stays.');
