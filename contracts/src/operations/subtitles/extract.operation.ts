import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { checkTrack } from './check-track.ts';
import { subtitleFormats } from './convert.operation.ts';
import { languageField } from './language.ts';

/** Takes one subtitle track out of a video. */
export const subtitlesExtract = defineOperation({
  id: 'subtitles.extract',
  version: 1,
  summary: 'Write a subtitle track of a video as SRT, WebVTT or ASS.',
  path: '/v1/subtitles/extract',
  pools: { cpu: 'subtitle' },
  inputs: { source: { fields: ['video_url', 'input_url', 'url'], kind: 'video' } },
  params: z.strictObject({
    format: z.enum(subtitleFormats).default('srt').describe('Format of the output.'),
    track: z.int().min(0).max(31).optional().describe('Which subtitle track, from 0. Default: the first of text.'),
    language: languageField.optional().describe('The first track of text in this language, instead of `track`.'),
  }),
  check: checkTrack,
  result: z.object({
    cues: z.int().describe('How many cues the output holds.'),
    track: z.int().describe('Which subtitle track it was, from 0.'),
    language: z.string().nullable().describe('As the file names it; null: not at all.'),
    format: z.enum(subtitleFormats).describe('What the output is written in.'),
  }),
  outputs: 'One subtitle file in UTF-8.',
  examples: [
    { title: 'The first track as SRT', params: { format: 'srt' } },
    { title: 'The second track as WebVTT', params: { format: 'vtt', track: 1 } },
    { title: 'The German track as ASS', params: { format: 'ass', language: 'de' } },
  ],
});

export type SubtitlesExtractParams = z.output<typeof subtitlesExtract.params>;
