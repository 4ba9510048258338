import { z } from 'zod';
import { oneLine } from '../../kernel/plain-text.ts';
import { mediaField } from '../media-field.ts';
import { conflict, defineOperation, type ParamIssue } from '../operation.ts';
import { languageField } from './language.ts';

export const muxFormats = ['mp4', 'mkv', 'webm'] as const;

const track = z.strictObject({
  subtitle_url: mediaField.describe('The subtitles: an http(s) URL or a stored file’s id.'),
  language: languageField.describe('Language of the track, e.g. en, pt-BR or eng; stored as ISO 639-2.'),
  title: z
    .string()
    .min(1)
    .max(200)
    .regex(oneLine, 'control characters are not allowed')
    .optional()
    .describe('Name of the track as players show it.'),
  default: z.boolean().default(false).describe('Players show it unasked; one track at most.'),
});

const params = z.strictObject({
  tracks: z.array(track).min(1).max(16).describe('The tracks to add, in order.'),
  output_format: z
    .enum(muxFormats)
    .optional()
    .describe('Container. Default: mp4 for MP4 and MOV whose codecs it can hold, otherwise mkv.'),
});
export type SubtitlesMuxParams = z.output<typeof params>;

/** Players show one track unasked. */
const check = ({ tracks }: SubtitlesMuxParams): ParamIssue[] => {
  const [, second] = tracks.flatMap((each, n) => (each.default ? [n] : []));
  return second === undefined ? [] : [conflict(`/tracks/${second}/default`, 'only one track can be the default')];
};

/** Adds subtitle tracks that viewers can switch on and off. */
export const subtitlesMux = defineOperation({
  id: 'subtitles.mux',
  version: 1,
  summary: 'Add subtitle tracks to a video without encoding it again.',
  path: '/v1/subtitles/mux',
  pools: { cpu: 'subtitle' },
  inputs: { source: { fields: ['video_url', 'input_url', 'url'], kind: 'video' } },
  nested: { 'tracks.*.subtitle_url': 'subtitle' },
  params,
  check,
  result: z.object({
    tracks: z
      .array(
        z.object({
          cues: z.int().describe('How many cues it holds.'),
          charset: z.string().describe('What the input was written in.'),
          language: z.string().describe('As it is stored.'),
          title: z.string().nullable().describe('As players show it; null: none.'),
        }),
      )
      .describe('Those that were added.'),
  }),
  outputs: 'The video with its streams copied and the tracks added.',
  examples: [
    {
      title: 'Two languages',
      params: {
        tracks: [
          { subtitle_url: 'https://example.com/en.srt', language: 'en', title: 'English', default: true },
          { subtitle_url: 'https://example.com/de.vtt', language: 'de', title: 'Deutsch' },
        ],
      },
    },
    {
      title: 'Into Matroska',
      params: { tracks: [{ subtitle_url: 'https://example.com/es.ass', language: 'spa' }], output_format: 'mkv' },
    },
  ],
});
