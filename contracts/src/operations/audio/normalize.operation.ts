import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { loudnessResult, soundFields, soundInput } from './audio-fields.ts';

/** Brings sound to a loudness, measured on the file that is delivered. */
export const normalize = defineOperation({
  id: 'audio.normalize',
  version: 1,
  summary: 'Bring sound to a loudness (EBU R 128) without passing a true peak; measured on the finished file.',
  path: '/v1/audio/normalize',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    target_lufs: z
      .number()
      .min(-70)
      .max(-5)
      .default(-16)
      .describe('Integrated loudness to reach: -23 for broadcast, -16 for podcasts, -14 for music streaming.'),
    true_peak: z.number().min(-20).max(0).default(-1).describe('True peak that is never passed, in dBTP.'),
    ...soundFields,
  }),
  result: z.object({
    before: loudnessResult.describe('Of the source.'),
    after: loudnessResult.describe('Of the output.'),
    target_lufs: z.number().describe('Loudness that was asked for.'),
    gain_db: z.number().describe('How much louder it was made.'),
    is_limited: z.boolean().describe('Whether peaks had to be held down.'),
    rounds: z.int().describe('Trials that it took.'),
  }),
  outputs: 'One sound file, or the video with its sound replaced; `result` has the loudness before and after.',
  examples: [
    { title: 'Podcast', params: { target_lufs: -16, true_peak: -1, output_format: 'mp3' } },
    { title: 'Broadcast', params: { target_lufs: -23, true_peak: -1, output_format: 'wav' } },
    { title: 'Video keeps its picture', params: { target_lufs: -14 } },
  ],
});

export type NormalizeParams = z.output<typeof normalize.params>;
