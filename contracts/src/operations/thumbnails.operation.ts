import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { pictureAddresses } from './picture-addresses.ts';

/** Picks still pictures of a video, and optionally a seek-bar sprite. */
export const thumbnails = defineOperation({
  id: 'video.thumbnails',
  version: 1,
  summary: 'Pick telling frames of a video and save them as images; optionally a sprite sheet with its WebVTT map.',
  path: '/v1/video/thumbnails',
  pools: { cpu: 'thumbnail' },
  inputs: { source: { fields: ['video_url', 'input_url', 'url'], kind: 'video' } },
  params: z.strictObject({
    count: z.int().min(1).max(50).default(5).describe('How many images.'),
    method: z
      .enum(['smart', 'uniform', 'random'])
      .default('smart')
      .describe(
        'smart avoids dark, flat and blurred frames and changes of scene; uniform spaces evenly; random draws. Each image is from its own part of the film; in parts of ten seconds and more (smart: twenty) it is a keyframe near the pick; uniform and random then take as long for an hour as for minutes.',
      ),
    seed: z.int().min(0).max(2_147_483_647).default(1).describe('Makes random repeatable.'),
    width: z
      .int()
      .min(16)
      .max(7680)
      .optional()
      .describe('Width of the images; alone it keeps the shape. Default: 320.'),
    height: z
      .int()
      .min(16)
      .max(4320)
      .optional()
      .describe('Height of the images; with width the picture is padded to fit.'),
    format: z.enum(['jpeg', 'png', 'webp']).default('jpeg').describe('Image format.'),
    deinterlace: z
      .enum(['auto', 'on', 'off'])
      .default('auto')
      .describe('Pictures without the combs of fields: auto where the film is found to have them.'),
    sprite: z
      .strictObject({
        interval: z
          .number()
          .min(0.5)
          .max(600)
          .optional()
          .describe('Seconds between tiles. Default: at most 100 tiles.'),
        width: z.int().min(16).max(640).default(160).describe('Width of a tile.'),
        columns: z.int().min(1).max(20).default(10).describe('Tiles in a row.'),
      })
      .optional()
      .describe('Also make a sprite sheet and a WebVTT file that maps time to tile.'),
  }),
  result: z.object({
    thumbnails: z
      .array(
        z.object({
          name: z.string().describe('Of the file.'),
          timestamp: z.number().describe('Seconds; the image is the first frame at or after it.'),
        }),
      )
      .describe('The images in order.'),
    ...pictureAddresses,
  }),
  outputs: 'One image per pick; with sprite also a JPEG sheet and a WebVTT map.',
  examples: [
    { title: 'Five smart picks', params: { count: 5, method: 'smart', width: 320, height: 180 } },
    { title: 'Ten, evenly spaced', params: { count: 10, method: 'uniform', width: 640 } },
    { title: 'Random, repeatable', params: { count: 3, method: 'random', seed: 7, format: 'png' } },
    { title: 'Seek bar', params: { count: 1, method: 'uniform', sprite: { interval: 2 } } },
  ],
});

export type ThumbnailsParams = z.output<typeof thumbnails.params>;
