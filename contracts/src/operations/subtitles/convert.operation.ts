import { z } from 'zod';
import { defineOperation } from '../operation.ts';

export const subtitleFormats = ['srt', 'vtt', 'ass'] as const;
export type SubtitleFormat = (typeof subtitleFormats)[number];

/** What every subtitle operation tells of the text it read. */
export const cueResult = z.object({
  cues: z.int().describe('How many cues the output holds.'),
  charset: z.string().describe('What the input was written in; the output is UTF-8.'),
  format: z.enum(subtitleFormats).describe('What the output is written in.'),
});

/** Rewrites a subtitle file in another format, and moves it in time. */
export const subtitlesConvert = defineOperation({
  id: 'subtitles.convert',
  version: 1,
  summary:
    'Convert subtitles to SRT, WebVTT or ASS from these, SBV, LRC, TTML or MicroDVD, in any common charset; optionally shift them.',
  path: '/v1/subtitles/convert',
  pools: { cpu: 'subtitle' },
  inputs: { subtitle: { fields: ['subtitle_url', 'input_url', 'url'], kind: 'subtitle' } },
  params: z.strictObject({
    format: z.enum(subtitleFormats).default('srt').describe('Format of the output.'),
    shift_ms: z
      .int()
      .min(-86_400_000)
      .max(86_400_000)
      .default(0)
      .describe('Milliseconds that every cue comes later; negative: earlier. What would lie before 0 is cut off.'),
  }),
  result: cueResult,
  outputs: 'One subtitle file in UTF-8.',
  examples: [
    { title: 'WebVTT for browsers', params: { format: 'vtt' } },
    { title: 'Half a second later', params: { format: 'srt', shift_ms: 500 } },
    { title: 'ASS', params: { format: 'ass' } },
  ],
});

export type SubtitlesConvertParams = z.output<typeof subtitlesConvert.params>;
