import { filterCases } from './cases/filters.ts';
import { sceneCases } from './cases/scenes.ts';
import { thumbnailCases } from './cases/thumbnails.ts';
import type { MeasuredCase } from './measured-case.ts';

/** Every measured case beside the conversions, by service. */
export const operationCases: readonly MeasuredCase[] = [...thumbnailCases, ...filterCases, ...sceneCases];
