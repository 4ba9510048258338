import { z } from 'zod';
import { bitrateField } from '../bitrate-field.ts';
import { mediaField } from '../media-field.ts';
import { defineOperation, type ParamIssue } from '../operation.ts';
import { audioFormats } from './audio-fields.ts';

const seconds = (highest: number) => z.number().min(0).max(highest).default(0);

const track = z.strictObject({
  url: mediaField.describe('The sound: an http(s) URL or a stored file’s id. A video gives its first audio track.'),
  volume: z.number().min(0).max(10).default(1).describe('Factor on the level; 1 leaves it as it is.'),
  offset: seconds(86_400).describe('Seconds into the mix at which the track begins.'),
  fade_in: seconds(3_600).describe('Seconds of fading in.'),
  fade_out: seconds(3_600).describe('Seconds of fading out.'),
  loop: z.boolean().default(false).describe('Repeat the track to the end of the mix.'),
});

const params = z.strictObject({
  tracks: z.array(track).min(1).max(16).describe('What is mixed; the first track is the one that others duck under.'),
  output_format: z
    .enum(audioFormats)
    .default('mp3')
    .describe('Sound file to write, in stereo at 48 kHz (aac is AAC in .m4a, ogg is Vorbis).'),
  bitrate: bitrateField(8_000, 512_000).optional().describe('Bit rate of the mix.'),
  duration: z
    .enum(['longest', 'first', 'shortest'])
    .default('longest')
    .describe('When the mix ends: with the last track, the first of the list, or the earliest. Loops do not count.'),
  ducking: z
    .strictObject({
      threshold_db: z.number().min(-60).max(0).default(-35).describe('Level of the first track that lowers others.'),
      ratio: z.number().min(1).max(20).default(8).describe('How strongly; 1 is not at all.'),
      release_ms: z.number().min(10).max(5_000).default(400).describe('How fast others come back.'),
    })
    .optional()
    .describe('Lower all other tracks while the first one sounds.'),
});
export type MixParams = z.output<typeof params>;

/** What is wrong with a mix beyond its schema: a loop has no end of its own, so another track must set it. */
const check = ({ tracks, duration }: MixParams): ParamIssue[] => {
  const isEndless = duration === 'first' ? tracks[0]?.loop === true : tracks.every(({ loop }) => loop);
  const message = 'a looped track has no end: the track that ends the mix must not loop';
  return isEndless ? [{ pointer: '/tracks/0/loop', code: 'param_conflict', message }] : [];
};

/** Mixes tracks at their own levels. */
export const mix = defineOperation({
  id: 'audio.mix',
  version: 1,
  summary: 'Mix up to 16 tracks at their own levels, each with volume, offset, fades or a loop.',
  path: '/v1/audio/mix',
  pools: { cpu: 'audio' },
  inputs: {},
  nested: { 'tracks.*.url': 'audio' },
  params,
  check,
  result: z.object({
    duration: z.number().describe('Seconds.'),
    peak_dbtp: z.number().nullable().describe('Highest peak of the mix; null: silence.'),
    is_limited: z.boolean().describe('Whether peaks had to be held down.'),
  }),
  outputs: 'One sound file.',
  examples: [
    {
      title: 'Voice over music',
      params: {
        tracks: [
          { url: 'https://example.com/voice.mp3', volume: 1 },
          { url: 'https://example.com/bgm.mp3', volume: 0.3 },
        ],
        output_format: 'mp3',
      },
    },
    {
      title: 'Looped music that ducks',
      params: {
        tracks: [
          { url: 'https://example.com/voice.mp3', offset: 2 },
          { url: 'https://example.com/bgm.mp3', volume: 0.5, loop: true, fade_in: 1, fade_out: 2 },
        ],
        output_format: 'wav',
        ducking: {},
      },
    },
  ],
});
