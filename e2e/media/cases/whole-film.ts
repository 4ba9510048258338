import { complaints, packets } from '../measure.ts';
import { together, within } from '../measured-case.ts';
import type { Made, Verdict } from '../measured-case.ts';

const target = (made: Made) => ({ path: made.path(), stream: 0 });

/** Every frame is there and decodes without a complaint. */
export const wholeFilm = async (made: Made, frames: number): Promise<Verdict> => {
  const { count } = await packets(target(made));
  const said = await complaints(target(made));
  return together(within({ frames: [count, frames, frames] }), {
    figures: {},
    misses: said === '' ? [] : [`decoding says ${said.slice(0, 200)}`],
  });
};
