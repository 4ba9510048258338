import { z } from 'zod';
import { fontFamily } from '../font-family.ts';
import { defineOperation } from '../operation.ts';
import { checkTrack } from './check-track.ts';
import { languageField } from './language.ts';
import { colourField } from './colour.ts';

const style = z.strictObject({
  font: fontFamily
    .default('sans-serif')
    .describe('Font family, from the system or FONTS_DIR; one that is not there is replaced by the nearest.'),
  font_size: z
    .number()
    .min(4)
    .max(1000)
    .optional()
    .describe(
      'Height of a line of text in a picture of 288 lines, as FFmpeg and players count it: 24 is 90 pixels of a 1080p frame. Default: 16.',
    ),
  color: colourField.default('white').describe('Colour of the text: a CSS name, #RRGGBB or #RRGGBBAA.'),
  outline_color: colourField.default('black').describe('Colour of the outline.'),
  outline: z
    .number()
    .min(0)
    .max(50)
    .optional()
    .describe('Width of the outline in pixels. Default: a 16th of the font size.'),
  position: z
    .enum(['bottom', 'middle', 'top'])
    .default('bottom')
    .describe('Where cues stand that name no place of their own.'),
  margin: z
    .int()
    .min(0)
    .max(2000)
    .optional()
    .describe('Pixels to the edge of the picture. Default: a 20th of its height.'),
});

/** Draws subtitles into the picture. */
export const subtitlesBurnIn = defineOperation({
  id: 'subtitles.burn_in',
  version: 1,
  summary:
    'Draw subtitles (SRT, WebVTT, ASS, SBV, LRC, TTML, MicroDVD, or a track of the video) into the picture of a video.',
  path: '/v1/subtitles/burn-in',
  pools: { cpu: 'subtitle' },
  inputs: {
    source: { fields: ['video_url', 'input_url', 'url'], kind: 'video' },
    subtitle: { fields: ['subtitle_url'], kind: 'subtitle', insteadOf: ['track', 'language'] },
  },
  params: z.strictObject({
    track: z
      .int()
      .min(0)
      .max(31)
      .optional()
      .describe(
        'A subtitle track of the video itself, from 0, instead of `subtitle_url`: text, or pictures of Blu-ray (PGS), DVD (VobSub) and television (DVB).',
      ),
    language: languageField
      .optional()
      .describe(
        'The first track of the video itself in this language, of text where there is one, instead of `subtitle_url`.',
      ),
    style: style
      .optional()
      .describe(
        'How the text looks; pictures stay as they are. Without it an ASS file keeps its own styles; others get these defaults.',
      ),
  }),
  check: checkTrack,
  result: z.object({
    cues: z.int().describe('How many were drawn; of a track of pictures, how many it has.'),
    charset: z.string().describe('none for pictures.'),
    format: z.string().describe('What the input was.'),
  }),
  outputs: 'One MP4 with H.264; the sound is copied where MP4 can hold it.',
  examples: [
    {
      title: 'White on a black outline',
      params: {
        style: { font: 'Arial', font_size: 24, color: 'white', outline_color: 'black', position: 'bottom' },
      },
    },
    {
      title: 'Half transparent yellow at the top',
      params: { style: { color: '#FFFF0080', outline: 0, position: 'top', margin: 40 } },
    },
    { title: 'As the file says', params: {} },
  ],
});

export type SubtitlesBurnInParams = z.output<typeof subtitlesBurnIn.params>;
export type SubtitleStyle = NonNullable<SubtitlesBurnInParams['style']>;
