import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { pictureAddresses } from './picture-addresses.ts';

/** Finds where one shot of a video ends and the next begins. */
export const scenes = defineOperation({
  id: 'video.scenes',
  version: 1,
  summary: 'Find the scenes of a video by its cuts, dissolves and fades, with a still of each.',
  path: '/v1/video/scenes',
  pools: { cpu: 'thumbnail' },
  inputs: { source: { fields: ['video_url', 'input_url', 'url'], kind: 'video' } },
  params: z.strictObject({
    sensitivity: z
      .number()
      .min(0)
      .max(1)
      .default(0.4)
      .describe(
        'How different two pictures must be for a change of scene: a threshold, so a larger value finds fewer scenes.',
      ),
    min_scene_duration: z
      .number()
      .min(0)
      .max(3600)
      .default(1)
      .describe('Seconds; of two changes that are closer, the weaker one is dropped.'),
    thumbnail_width: z.int().min(16).max(1920).default(320).describe('Width of the stills; the shape is kept.'),
  }),
  result: z.object({
    scenes: z
      .array(
        z.object({
          timestamp: z.number().describe('Seconds at which it begins.'),
          duration: z.number().describe('Seconds.'),
        }),
      )
      .describe('In order.'),
    thumbnails: z
      .array(
        z.object({
          name: z.string().describe('Of the file.'),
          timestamp: z.number().describe('Seconds at which it was taken.'),
        }),
      )
      .describe('The stills in order.'),
    ...pictureAddresses,
  }),
  outputs: 'One JPEG per scene, `scene_0.jpg` and on; of the first 200 scenes.',
  examples: [
    { title: 'Scenes of a second or more', params: { sensitivity: 0.4, min_scene_duration: 1 } },
    { title: 'Only clear changes', params: { sensitivity: 0.7, min_scene_duration: 3, thumbnail_width: 640 } },
  ],
});

export type ScenesParams = z.output<typeof scenes.params>;
