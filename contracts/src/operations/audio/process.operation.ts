import { z } from 'zod';
import { defineOperation, noResult } from '../operation.ts';
import { soundFields, soundInput } from './audio-fields.ts';

const band = (what: string) => z.number().min(-24).max(24).default(0).describe(`${what}, in dB.`);

/** Shapes sound: gate, equalizer, compressor, gain, limiter, fades, channels, in this order. */
export const shape = defineOperation({
  id: 'audio.process',
  version: 1,
  summary: 'Shape sound: channels, gate, equalizer, compressor, gain, limiter and fades, in this order.',
  path: '/v1/audio/process',
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    channels: z
      .enum(['mono', 'stereo'])
      .optional()
      .describe('Mix to one channel or two. Stereo that cancels itself out becomes mono by taking one channel.'),
    gate: z
      .strictObject({
        threshold_db: z.number().min(-90).max(0).default(-50).describe('What is quieter is lowered.'),
        reduction_db: z.number().min(1).max(90).default(40).describe('By this much at most.'),
        attack_ms: z.number().min(0.1).max(2_000).default(10).describe('How fast it opens.'),
        release_ms: z.number().min(1).max(5_000).default(200).describe('How fast it closes.'),
      })
      .optional()
      .describe('Noise gate.'),
    equalizer: z
      .strictObject({
        bass_db: band('Below 100 Hz'),
        mid_db: band('Around 1 kHz, an octave wide'),
        treble_db: band('Above 8 kHz'),
      })
      .optional()
      .describe('Three bands.'),
    compressor: z
      .strictObject({
        threshold_db: z.number().min(-60).max(0).default(-20).describe('What is louder is compressed.'),
        ratio: z.number().min(1).max(20).default(4).describe('dB in for one dB out above the threshold.'),
        attack_ms: z.number().min(0.1).max(2_000).default(20).describe('How fast it takes hold.'),
        release_ms: z.number().min(1).max(5_000).default(250).describe('How fast it lets go.'),
        makeup_db: z.number().min(0).max(36).default(0).describe('Gain afterwards.'),
      })
      .optional()
      .describe('Compressor.'),
    gain_db: z.number().min(-60).max(60).default(0).describe('Gain on all of it.'),
    limiter: z
      .strictObject({
        ceiling_db: z.number().min(-20).max(0).default(-1).describe('True peak that is not passed, in dBTP.'),
      })
      .optional()
      .describe('Limiter. Without one, sound that would clip is limited at -1 dBTP, with a warning.'),
    fade_in: z.number().min(0).max(3_600).default(0).describe('Seconds of fading in.'),
    fade_out: z.number().min(0).max(3_600).default(0).describe('Seconds of fading out.'),
    ...soundFields,
  }),
  result: noResult,
  outputs: 'One sound file, or the video with its sound replaced.',
  examples: [
    {
      title: 'Voice',
      params: {
        channels: 'mono',
        gate: { threshold_db: -45 },
        equalizer: { bass_db: -6, treble_db: 3 },
        compressor: { threshold_db: -24, ratio: 3, makeup_db: 4 },
        limiter: {},
        output_format: 'mp3',
      },
    },
    { title: 'Fades', params: { fade_in: 1, fade_out: 2, output_format: 'flac' } },
    { title: 'Louder by 6 dB', params: { gain_db: 6, output_format: 'wav' } },
  ],
});

export type ProcessParams = z.output<typeof shape.params>;
