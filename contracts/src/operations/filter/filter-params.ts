import { z } from 'zod';
import { efforts } from '../transcode/profiles.ts';
import { colourFilters } from './colour.ts';
import { detailFilters } from './detail.ts';
import { geometryFilters } from './geometry.ts';
import { overlayFilters } from './overlay.ts';
import { timingFilters } from './timing.ts';

const videoFilter = z.discriminatedUnion('type', [
  ...colourFilters,
  ...detailFilters,
  ...geometryFilters,
  ...overlayFilters,
  ...timingFilters,
]);
export type VideoFilter = z.output<typeof videoFilter>;
export type VideoFilterType = VideoFilter['type'];
export type VideoFilterParams<T extends VideoFilterType> = Extract<VideoFilter, { type: T }>['params'];

/** A list of picture filters, and how what they make is encoded. */
export const filterParams = z.strictObject({
  filters: z
    .array(videoFilter)
    .min(1)
    .max(10)
    .describe('Each is `{type, params}`; one works on what the one before it made.'),
  output_format: z
    .enum(['mp4', 'mov', 'mkv', 'webm', 'ts', 'avi', 'mpg', 'mxf'])
    .default('mp4')
    .describe(
      'Container: H.264 (HEVC above 8 bits) in mp4, mov, mkv and ts, VP9 in webm, MPEG-4 in avi, MPEG-2 in mpg and mxf.',
    ),
  preset: z.enum(efforts).default('balanced').describe('Speed against quality of the encoder.'),
  crf: z.int().min(0).max(63).optional().describe('Constant quality of the encoder; up to 51 outside of webm.'),
});
export type FilterParams = z.output<typeof filterParams>;
