import { defineOperation, h264OnGpu, noResult } from '../operation.ts';
import { checkFilter } from './check-filter.ts';
import { filterParams } from './filter-params.ts';

/** Applies a list of picture filters, in its order. */
export const filter = defineOperation({
  id: 'video.filter',
  version: 1,
  summary: 'Apply up to ten picture filters in order; sound is kept.',
  path: '/v1/video/filter',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: { source: { fields: ['input_url', 'video_url', 'url'], kind: 'video' } },
  nested: { 'filters.*.params.image_url': 'image', 'filters.*.params.background_url': 'any' },
  params: filterParams,
  check: checkFilter,
  // Above 8 bits it is HEVC, which only the file can tell; a GPU that encodes H.264 encodes HEVC.
  gpu: ({ output_format }) => (['mp4', 'mov', 'mkv', 'ts'].includes(output_format) ? h264OnGpu : null),
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
