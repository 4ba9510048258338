import { z } from 'zod';
import { filterOf, optionalParams } from './fields.ts';

/** Filters of sharpness, grain and steadiness. */
export const detailFilters = [
  filterOf(
    'blur',
    'Gaussian blur.',
    optionalParams({ sigma: z.number().min(0.1).max(100).default(5).describe('Standard deviation in pixels.') }),
  ),
  filterOf(
    'sharpen',
    'Unsharp mask on luma.',
    optionalParams({ amount: z.number().min(0).max(3).default(1).describe('Strength; 0 changes nothing.') }),
  ),
  filterOf(
    'noise',
    'Film grain that changes with every frame.',
    optionalParams({ strength: z.int().min(1).max(100).default(20).describe('Largest change of a pixel, of 255.') }),
  ),
  filterOf(
    'vignette',
    'Darkens towards the corners.',
    optionalParams({ strength: z.number().min(0.05).max(1).default(0.5).describe('1 makes the corners black.') }),
  ),
  filterOf(
    'denoise',
    'Removes noise.',
    optionalParams({
      quality: z
        .enum(['fast', 'quality'])
        .default('fast')
        .describe('quality compares patches (non-local means): many times slower, and far cleaner.'),
    }),
  ),
  filterOf(
    'stabilize',
    'Steadies a shaky camera, in two passes. The shake is measured on the picture as the filters before it leave it.',
    optionalParams({
      smoothing: z
        .int()
        .min(1)
        .max(100)
        .default(15)
        .describe('Frames before and after that the path is averaged over.'),
      zoom: z.number().min(0).max(50).default(0).describe('Percent to enlarge, so that moved edges stay hidden.'),
    }),
  ),
  filterOf(
    'deinterlace',
    'Makes whole frames of fields. Works before all others, wherever it stands in the list.',
    optionalParams({
      rate: z.enum(['frame', 'field']).default('frame').describe('field makes a frame of each field: twice as many.'),
      parity: z.enum(['auto', 'top', 'bottom']).default('auto').describe('Which field comes first.'),
    }),
  ),
] as const;
