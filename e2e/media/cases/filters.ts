import { stat } from 'node:fs/promises';
import { within } from '../measured-case.ts';
import type { MeasuredCase } from '../measured-case.ts';
import { frameCount, means } from '../picture-measures.ts';
import { colourCases } from './filters-colour.ts';
import { detailCases } from './filters-detail.ts';
import { geometryCases } from './filters-geometry.ts';
import { overlayCases } from './filters-overlay.ts';
import { timingCases } from './filters-timing.ts';

/** The chain that the public interface shows, on the film. */
const shown: MeasuredCase = {
  name: 'a chain on the film',
  operation: 'video.filter',
  params: {
    filters: [
      { type: 'scale', params: { width: 640 } },
      { type: 'blur', params: { sigma: 5 } },
      { type: 'brightness', params: { value: 0.2 } },
      { type: 'contrast', params: { value: 1.5 } },
    ],
    preset: 'fast',
  },
  inputs: async ({ film }) => ({ source: film }),
  measure: async ({ path, inputs, outcome }) => {
    const frames = await frameCount(inputs.source ?? '');
    return within({
      frames: [await frameCount(path()), frames, frames],
      lighter: [((await means(path())).YAVG ?? 0) - ((await means(inputs.source ?? '')).YAVG ?? 0), 10, 90],
      bytes: [(await stat(path())).size, 20_000, 20_000_000],
      warnings: [outcome.warnings.length, 0, 0],
    });
  },
};

/** Every type of filter, measured by what it does to a picture. */
export const filterCases: readonly MeasuredCase[] = [
  ...colourCases,
  ...detailCases,
  ...geometryCases,
  ...overlayCases,
  ...timingCases,
  shown,
];
