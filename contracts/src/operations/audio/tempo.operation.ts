import { z } from 'zod';
import { bitrateField } from '../bitrate-field.ts';
import { defineOperation } from '../operation.ts';
import { audioFormats, soundInput, trackField } from './audio-fields.ts';

/** Plays sound faster or slower at the same pitch. */
export const tempo = defineOperation({
  id: 'audio.tempo',
  version: 1,
  summary: 'Make sound faster or slower without changing its pitch.',
  path: '/v1/audio/tempo',
  answersPlainly: true,
  pools: { cpu: 'audio' },
  inputs: { source: soundInput },
  params: z.strictObject({
    tempo: z.number().min(0.5).max(2).default(1).describe('Factor on the speed: 2 is twice as fast.'),
    output_format: z
      .enum(audioFormats)
      .default('mp3')
      .describe('Sound file to write, in stereo at 44.1 kHz (Opus: 48 kHz); aac is AAC in .m4a, ogg is Vorbis.'),
    bitrate: bitrateField(8_000, 512_000).default('192k').describe('Bit rate; lossless formats have none.'),
    track: trackField,
  }),
  result: z.object({
    tempo: z.number().describe('As asked for.'),
    duration_before: z.number().describe('Seconds of the source.'),
    duration_after: z.number().describe('Seconds of the output.'),
  }),
  outputs: 'One sound file.',
  examples: [
    { title: 'A quarter faster', params: { tempo: 1.25 } },
    { title: 'Half speed wave', params: { tempo: 0.5, output_format: 'wav' } },
  ],
});

export type TempoParams = z.output<typeof tempo.params>;
