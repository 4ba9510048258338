import { z } from 'zod';
import { bitrateField } from '../bitrate-field.ts';
import { defineOperation, noResult } from '../operation.ts';
import { audioFormats, trackField } from './audio-fields.ts';

/** Takes the sound out of a video. */
export const extract = defineOperation({
  id: 'audio.extract',
  version: 1,
  summary: 'Take the sound out of a video, or write a sound file in another format.',
  path: '/v1/audio/extract',
  pools: { cpu: 'audio' },
  inputs: { source: { fields: ['video_url', 'input_url', 'audio_url', 'url'], kind: 'any' } },
  params: z.strictObject({
    format: z.enum(audioFormats).default('mp3').describe('Sound file to write (aac is AAC in .m4a, ogg is Vorbis).'),
    bitrate: bitrateField(8_000, 1_536_000)
      .optional()
      .describe('Bit rate of the sound. Default for stereo: 192k for MP3, 128k for AAC and Vorbis, 112k for Opus.'),
    sample_rate: z.int().min(8_000).max(192_000).optional().describe('Samples a second. Default: as the source.'),
    channels: z.int().min(1).max(8).optional().describe('Channels to mix to. Default: as the source.'),
    track: trackField,
  }),
  result: noResult,
  outputs: 'One sound file.',
  examples: [
    { title: 'MP3 at 192k', params: { format: 'mp3', bitrate: '192k', sample_rate: 48_000 } },
    { title: 'Stereo wave', params: { format: 'wav', channels: 2 } },
    { title: 'FLAC as it is', params: { format: 'flac' } },
  ],
});

export type ExtractParams = z.output<typeof extract.params>;
