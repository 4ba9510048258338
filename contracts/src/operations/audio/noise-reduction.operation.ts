import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { soundFields, soundInput } from './audio-fields.ts';

/** Lowers steady background noise. */
export const noiseReduction = defineOperation({
  id: 'audio.noise_reduction',
  version: 1,
  summary: 'Lower steady background noise; best with a second of pure noise at the start to learn from.',
  path: '/v1/audio/noise-reduction',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    profile: z
      .enum(['light', 'moderate', 'aggressive'])
      .default('moderate')
      .describe('How much: up to 12, 24 or 40 dB with a sample; half of that and less without one.'),
    sample_duration: z
      .number()
      .min(0)
      .max(30)
      .refine((seconds) => seconds === 0 || seconds >= 0.1, 'at least 0.1 seconds, or 0')
      .optional()
      .describe('Seconds of noise alone at the start, to learn from. Left out or 0: the noise is estimated.'),
    ...soundFields,
  }),
  result: z.object({
    is_learned: z.boolean().describe('Whether the noise was learned from a sample of it.'),
    reduction_db: z.number().describe('How far noise is turned down.'),
  }),
  outputs: 'One sound file as long as the source, or the video with its sound replaced.',
  examples: [
    { title: 'Learn from the first second', params: { profile: 'moderate', sample_duration: 1, output_format: 'wav' } },
    { title: 'Without a sample', params: { profile: 'light', output_format: 'mp3' } },
  ],
});

export type NoiseReductionParams = z.output<typeof noiseReduction.params>;
