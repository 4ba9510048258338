import { frameSsim } from '../measure.ts';
import { together, within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';

interface Stills {
  readonly thumbnails: readonly { readonly name: string; readonly timestamp: number }[];
}

/** Stills of the film, compared with the frames of a whole decode. */
export const thumbnailCases: readonly MeasuredCase[] = [
  {
    name: 'evenly spaced stills show their instants',
    operation: 'video.thumbnails',
    params: { count: 4, method: 'uniform', width: 320, format: 'png' },
    inputs: async ({ film }) => ({ source: film }),
    measure: async ({ outcome, path, inputs }) => {
      const { thumbnails } = outcome.plan.result as unknown as Stills;
      const verdicts = [];
      for (const { name, timestamp } of thumbnails) {
        const frame = `select=gte(t\\,${timestamp}),scale=320:180:flags=lanczos`;
        verdicts.push(
          within({ [name]: [await frameSsim([path(name), 'null'], [inputs.source ?? '', frame], 'rgb24'), 0.97, 1] }),
        );
      }
      return together(within({ stills: [thumbnails.length, 4, 4] }), ...verdicts);
    },
  },
];
