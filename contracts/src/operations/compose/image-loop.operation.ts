import { z } from 'zod';
import { defineOperation, noResult } from '../operation.ts';
import { seconds } from './canvas.ts';

/** Makes a video of one picture. */
export const imageLoop = defineOperation({
  id: 'image.to_mp4_loop',
  version: 1,
  summary: 'Show a picture for some time as a video; optionally scaled, and with a slow move over it.',
  path: '/v1/image/to-mp4-loop',
  pools: { cpu: 'transcode-cpu' },
  inputs: { source: { fields: ['image_url', 'input_url', 'url'], kind: 'image' } },
  params: z.strictObject({
    duration: seconds(1, 3600).default(30).describe('Length in seconds.'),
    fps: z.number().min(1).max(60).default(25).describe('Frames a second.'),
    width: z
      .int()
      .min(2)
      .max(7680)
      .optional()
      .describe('Width of the frame; alone it keeps the shape. Default: the picture’s.'),
    height: z
      .int()
      .min(2)
      .max(4320)
      .optional()
      .describe('Height of the frame; with width the picture is padded to fit.'),
    background: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/)
      .default('#000000')
      .describe('Colour behind transparent places and bars.'),
    pan_zoom: z
      .strictObject({
        zoom: z.number().min(1).max(4).default(1.2).describe('How near the move gets.'),
        direction: z.enum(['in', 'out']).default('in').describe('in goes nearer, out goes away.'),
        x: z.number().min(0).max(1).default(0.5).describe('The point it aims at: 0 is left, 1 is right.'),
        y: z.number().min(0).max(1).default(0.5).describe('The point it aims at: 0 is the top, 1 the bottom.'),
      })
      .optional()
      .describe('A slow move over the picture.'),
  }),
  result: noResult,
  outputs: 'One MP4 without sound.',
  examples: [
    { title: 'Five seconds', params: { duration: 5 } },
    { title: 'A slow move', params: { duration: 4, width: 640, height: 360, pan_zoom: { zoom: 1.5 } } },
  ],
});

export type ImageLoopParams = z.output<typeof imageLoop.params>;
