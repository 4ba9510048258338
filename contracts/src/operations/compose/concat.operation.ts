import { z } from 'zod';
import { mediaField } from '../media-field.ts';
import { defineOperation, h264OnGpu, issue } from '../operation.ts';
import type { ParamIssue } from '../operation.ts';
import { canvasFields, checkCanvas, seconds } from './canvas.ts';

const clip = z.union([
  mediaField,
  z.strictObject({
    url: mediaField.describe('The clip.'),
    start: seconds(0, 86_400).optional().describe('Where to begin, in seconds of the clip.'),
    end: seconds(0.001, 86_400).optional().describe('Where to end, in seconds of the clip.'),
  }),
]);

const clipsMax = 100;
/** A crossfade keeps all clips open at once. */
const crossfadeClipsMax = 16;

const params = z.strictObject({
  clips: z
    .array(clip)
    .min(1)
    .max(clipsMax)
    .optional()
    .describe('The clips in order: URLs or file ids, or objects with url, start and end.'),
  urls: z.array(mediaField).min(1).max(clipsMax).optional().describe('Another name for clips.'),
  ...canvasFields,
  crossfade: z
    .strictObject({
      duration: seconds(0.1, 10).default(1).describe('Seconds in which two clips overlap.'),
      transition: z
        .enum(['fade', 'dissolve', 'wipeleft', 'wiperight', 'slideleft', 'slideright', 'fadeblack', 'fadewhite'])
        .default('fade')
        .describe('How one picture becomes the next.'),
    })
    .optional()
    .describe(`Let clips overlap; for up to ${crossfadeClipsMax} clips.`),
});
export type ConcatParams = z.output<typeof params>;

/** What is wrong with a concatenation beyond what its schema says. */
const check = ({ clips, urls, crossfade, ...frame }: ConcatParams): ParamIssue[] => {
  if (clips === undefined && urls === undefined) return [issue('/clips', 'input_required', 'Give clips or urls.')];
  if (clips !== undefined && urls !== undefined)
    return [issue('/urls', 'param_conflict', 'clips and urls name the same thing: give one')];
  const found = checkCanvas(frame);
  for (const [n, each] of (clips ?? []).entries())
    if (typeof each !== 'string' && each.end !== undefined && each.end <= (each.start ?? 0))
      found.push(issue(`/clips/${n}/end`, 'param_conflict', 'end lies before start'));
  if (crossfade !== undefined && (clips ?? urls ?? []).length > crossfadeClipsMax)
    found.push(issue('/crossfade', 'param_conflict', `a crossfade joins up to ${crossfadeClipsMax} clips`));
  return found;
};

/** Puts clips one after the other. */
export const concat = defineOperation({
  id: 'video.concat',
  version: 1,
  summary:
    'Join clips into one video: copied where they are alike and fill the frame, otherwise brought to one size and rate; optionally with crossfades.',
  path: '/v1/video/concat',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: {},
  nested: { 'clips.*': 'video', 'clips.*.url': 'video', 'urls.*': 'video' },
  params,
  check,
  gpu: () => h264OnGpu,
  result: z.object({
    method: z.enum(['copy', 'encode']).describe('Whether the clips were copied or encoded.'),
    clips: z.int().describe('How many there were.'),
  }),
  outputs: 'One MP4.',
  examples: [
    { title: 'Two clips', params: { clips: ['file_01k9vjz6f8aaaa', 'file_01k9vjz6f8bbbb'], width: 1280, height: 720 } },
    {
      title: 'Parts with a crossfade',
      params: {
        clips: [
          { url: 'file_01k9vjz6f8aaaa', start: 0, end: 2 },
          { url: 'file_01k9vjz6f8bbbb', start: 0.5 },
        ],
        width: 640,
        height: 360,
        fps: 24,
        crossfade: { duration: 0.5, transition: 'fade' },
      },
    },
  ],
});
