import { z } from 'zod';
import { filterOf } from './fields.ts';

const fadeSeconds = (what: string) => z.number().min(0).max(60).default(0).describe(`Seconds of fading ${what}.`);

/** Filters of time; both work on the sound too. */
export const timingFilters = [
  filterOf(
    'fade',
    'Fades from and to black, with the sound.',
    z.strictObject({ in: fadeSeconds('in at the beginning'), out: fadeSeconds('out at the end') }),
  ),
  filterOf(
    'speed',
    'Faster or slower, at the same pitch. Faster keeps the frame rate; slower keeps the frames, which last longer.',
    z.strictObject({ factor: z.number().min(0.25).max(4).describe('2 is twice as fast.') }),
  ),
] as const;
