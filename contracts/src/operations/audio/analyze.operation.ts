import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { soundInput, trackField } from './audio-fields.ts';

const level = z.number().nullable();

/** Measures loudness, peaks and faults of sound. */
export const analyze = defineOperation({
  id: 'audio.analyze',
  version: 1,
  summary: 'Measure loudness (EBU R 128), peaks, clipping and phase of sound.',
  path: '/v1/audio/analyze',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({ track: trackField }),
  result: z.object({
    duration: z.number().describe('Seconds.'),
    channels: z.int().describe('How many.'),
    channel_layout: z.string().nullable().describe('Such as stereo or 5.1; null: it has no name.'),
    sample_rate: z.int().describe('Samples a second.'),
    integrated_lufs: level.describe('Loudness of the whole; null: silence.'),
    loudness_range_lu: z.number().describe('How far quiet and loud parts lie apart.'),
    momentary_max_lufs: level.describe('Loudest 400 ms; null: silence.'),
    short_term_max_lufs: level.describe('Loudest three seconds; null: silence.'),
    true_peak_dbtp: level.describe('Highest peak between samples, too; null: silence.'),
    sample_peak_dbfs: level.describe('Highest sample; null: silence.'),
    rms_dbfs: level.describe('Mean power; null: silence.'),
    dc_offset: z.number().describe('Mean of all samples, from -1 to 1.'),
    silent: z.boolean().describe('Whether nothing is heard.'),
    anti_phase: z.boolean().describe('Whether the channels cancel each other in mono.'),
    clipping: z
      .object({
        clipped: z.boolean().describe('Whether there are cut-off peaks.'),
        seconds: z.array(z.int()).max(100).describe('The first seconds that have them.'),
      })
      .describe('Peaks that were cut off.'),
  }),
  outputs: 'No file; `result` has the figures.',
  examples: [{ title: 'Loudness of a film', params: {} }],
});

export type AnalyzeParams = z.output<typeof analyze.params>;
