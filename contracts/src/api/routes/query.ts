import { z } from 'zod';
import { closeBy, probablyMeant } from '../../kernel/index.ts';

/** A whole number of the query. */
export const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

/** The query of every list. */
export const paging = {
  limit: whole.pipe(z.int().min(1).max(200)).optional().describe('1 to 200; 50 when absent.'),
  cursor: z.string().max(2048).optional().describe('next_cursor of the page before.'),
};

const didYouMean = (given: readonly string[], known: readonly string[]): string => {
  const meant = given.flatMap((name) => probablyMeant(name, known, closeBy) ?? []);
  return meant.length > 0 ? `; did you mean ${meant.join(',')}?` : '';
};

/** One or more of these names, with commas. */
export const namesOf = (known: readonly string[]) =>
  z.string().refine((text) => text.split(',').every((name) => known.includes(name)), {
    error: ({ input }) => `must be of ${known.join(', ')}${didYouMean(String(input).split(','), known)}`,
  });

/** RFC 3339, or a day. */
export const time = z.iso.datetime({ offset: true }).or(z.iso.date());

/** The names that the span of a list has everywhere, beside those it has of old. */
export const createdBetween = (after: string, before: string) => ({
  created_after: time.optional().describe(`Same as ${after}.`),
  created_before: time.optional().describe(`Same as ${before}.`),
});
