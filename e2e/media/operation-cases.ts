import { audioCases } from './cases/audio.ts';
import { composeCases } from './cases/compose.ts';
import { concatCases } from './cases/concat.ts';
import { filterCases } from './cases/filters.ts';
import { sceneCases } from './cases/scenes.ts';
import { subtitleCases } from './cases/subtitles.ts';
import { thumbnailCases } from './cases/thumbnails.ts';
import type { MeasuredCase } from './measured-case.ts';

/** Every measured case beside the conversions, by service. */
export const operationCases: readonly MeasuredCase[] = [
  ...concatCases,
  ...composeCases,
  ...filterCases,
  ...sceneCases,
  ...thumbnailCases,
  ...audioCases,
  ...subtitleCases,
];
