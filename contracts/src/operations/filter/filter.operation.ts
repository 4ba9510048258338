import { z } from 'zod';
import { defineOperation, noResult } from '../operation.ts';
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

/** Applies a list of picture filters, in its order. */
export const filter = defineOperation({
  id: 'video.filter',
  version: 1,
  summary: 'Apply up to ten picture filters in order; sound is kept.',
  path: '/v1/video/filter',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: { source: { fields: ['input_url', 'video_url', 'url'], kind: 'video' } },
  nested: { 'filters.*.params.image_url': 'image', 'filters.*.params.background_url': 'any' },
  params: z.strictObject({
    filters: z
      .array(videoFilter)
      .min(1)
      .max(10)
      .describe('Each is `{type, params}`; one works on what the one before it made.'),
    output_format: z
      .enum(['mp4', 'mov', 'mkv', 'webm'])
      .default('mp4')
      .describe('Container: H.264 (HEVC above 8 bits) in mp4, mov and mkv, VP9 in webm.'),
    preset: z.enum(efforts).default('balanced').describe('Speed against quality of the encoder.'),
    crf: z.int().min(0).max(63).optional().describe('Constant quality of the encoder; up to 51 outside of webm.'),
  }),
  result: noResult,
  outputs: 'One video of the frame that the filters make, with the sound of the source.',
  examples: [
    {
      title: 'Blur, brightness and contrast',
      params: {
        filters: [
          { type: 'blur', params: { sigma: 5 } },
          { type: 'brightness', params: { value: 0.2 } },
          { type: 'contrast', params: { value: 1.5 } },
        ],
      },
    },
    {
      title: 'Title on a square',
      params: {
        filters: [
          { type: 'crop', params: { width: 720, height: 720 } },
          { type: 'text', params: { text: 'It’s 100% [ours]: a, b; c', box: {}, end: 2 } },
          { type: 'fade', params: { in: 0.5, out: 0.5 } },
        ],
        preset: 'fast',
      },
    },
    {
      title: 'Steady and twice as fast',
      params: {
        filters: [
          { type: 'scale', params: { width: 640 } },
          { type: 'stabilize' },
          { type: 'speed', params: { factor: 2 } },
        ],
      },
    },
    {
      title: 'Turned, old and loosely framed',
      params: {
        filters: [
          { type: 'rotate', params: { degrees: 15, fill_color: '#202020' } },
          { type: 'sepia' },
          { type: 'vignette' },
          { type: 'scale', params: { width: 640, height: 640 } },
        ],
        output_format: 'webm',
        preset: 'fast',
      },
    },
  ],
});

export type VideoFilter = z.output<typeof videoFilter>;
export type VideoFilterType = VideoFilter['type'];
export type VideoFilterParams<T extends VideoFilterType> = Extract<VideoFilter, { type: T }>['params'];
export type FilterParams = z.output<typeof filter.params>;
