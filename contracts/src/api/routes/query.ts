import { z } from 'zod';

const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

/** The query of every list. */
export const paging = {
  limit: whole.pipe(z.int().min(1).max(200)).optional().describe('1 to 200; 50 when absent.'),
  cursor: z.string().max(2048).optional().describe('next_cursor of the page before.'),
};

/** One or more of these names, with commas. */
export const namesOf = (known: readonly string[]) =>
  z.string().refine((text) => text.split(',').every((name) => known.includes(name)), `must be of ${known.join(', ')}`);

/** RFC 3339, or a day. */
export const time = z.iso.datetime({ offset: true }).or(z.iso.date());

/** A response whose members are described in words. */
export const anything = z.looseObject({});
