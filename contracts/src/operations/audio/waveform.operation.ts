import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { soundInput, trackField } from './audio-fields.ts';

/** Peaks of sound for drawing, and the drawing itself. */
export const waveform = defineOperation({
  id: 'audio.waveform',
  version: 1,
  summary: 'Peaks of sound as JSON for drawing a waveform, and the waveform as a picture.',
  path: '/v1/audio/waveform',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    points: z.int().min(100).max(4_000).default(1_000).describe('How many points the whole file is divided into.'),
    format: z.enum(['json+png', 'json', 'png']).default('json+png').describe('What to write.'),
    width: z.int().min(100).max(4_000).default(1_000).describe('Width of the picture.'),
    height: z.int().min(32).max(1_000).default(200).describe('Height of the picture.'),
    colour: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #3366ff')
      .default('#3366ff')
      .describe('Colour of the waveform; the background is transparent.'),
    track: trackField,
  }),
  result: z.object({
    points: z.int().describe('How many there are.'),
    duration: z.number().describe('Seconds.'),
    sample_rate: z.int().describe('Samples a second.'),
    channels: z.int().describe('Of the source.'),
    samples_per_point: z.number().describe('How many samples a point stands for.'),
    peak: z.number().describe('Highest value, from 0 to 1.'),
  }),
  outputs:
    'waveform.json: `peaks` has the lists `min`, `max` and `rms`, from -1 to 1, with a value for every point over all channels; waveform.png.',
  examples: [
    { title: 'For a player', params: { points: 1_000, width: 1_000, height: 200 } },
    { title: 'Peaks only', params: { points: 200, format: 'json' } },
  ],
});

export type WaveformParams = z.output<typeof waveform.params>;
