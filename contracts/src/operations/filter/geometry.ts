import { z } from 'zod';
import { colorField, filterOf } from './fields.ts';

const side = (max: number) => z.int().min(16).max(max);

/** Filters that move or resize the picture. */
export const geometryFilters = [
  filterOf(
    'rotate',
    'Turns the picture clockwise.',
    z.strictObject({
      degrees: z
        .number()
        .min(-360)
        .max(360)
        .describe('Right angles turn without loss; other angles enlarge the frame so that nothing is cut off.'),
      fill_color: colorField('#000000').describe('Colour of the corners as #RRGGBB.'),
    }),
  ),
  filterOf(
    'flip',
    'Mirrors the picture.',
    z.strictObject({ direction: z.enum(['horizontal', 'vertical']).describe('horizontal swaps left and right.') }),
  ),
  filterOf(
    'crop',
    'Cuts out a rectangle, which must lie inside of the picture.',
    z.strictObject({
      width: side(7680).describe('Pixels.'),
      height: side(4320).describe('Pixels.'),
      x: z.int().min(0).max(7680).optional().describe('Pixels from the left. Default: centred.'),
      y: z.int().min(0).max(7680).optional().describe('Pixels from the top. Default: centred.'),
    }),
  ),
  filterOf(
    'scale',
    'Resizes the picture.',
    z.strictObject({
      width: side(7680).optional().describe('Pixels, made even; alone it keeps the shape.'),
      height: side(4320).optional().describe('Pixels, made even; alone it keeps the shape.'),
      fit: z
        .enum(['contain', 'cover', 'stretch', 'inside'])
        .default('contain')
        .describe(
          'With both sides: contain adds bars, cover cuts what sticks out, stretch changes the shape, inside makes the frame smaller than asked.',
        ),
    }),
  ),
] as const;
