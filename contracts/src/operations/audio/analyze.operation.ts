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
    duration: z.number(),
    channels: z.int(),
    channel_layout: z.string().nullable(),
    sample_rate: z.int(),
    integrated_lufs: level,
    loudness_range_lu: z.number(),
    momentary_max_lufs: level,
    short_term_max_lufs: level,
    true_peak_dbtp: level,
    sample_peak_dbfs: level,
    rms_dbfs: level,
    dc_offset: z.number(),
    silent: z.boolean(),
    anti_phase: z.boolean(),
    clipping: z.object({ clipped: z.boolean(), seconds: z.array(z.int()).max(100) }),
  }),
  outputs: 'No file; `result` has the figures.',
  examples: [{ title: 'Loudness of a film', params: {} }],
});

export type AnalyzeParams = z.output<typeof analyze.params>;
