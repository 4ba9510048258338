import { z } from 'zod';
import { mediaField } from '../media-field.ts';
import { defineOperation, h264OnGpu, issue, noResult } from '../operation.ts';
import type { ParamIssue } from '../operation.ts';
import { canvasFields, checkCanvas } from './canvas.ts';

const hourMs = 3_600_000;
/** Every keyframe is open at once. */
const keyframesMax = 50;

const keyframe = z.strictObject({
  url: mediaField.optional().describe('What plays; without it the track pauses.'),
  timestamp: z.coerce.number().min(0).max(hourMs).default(0).describe('When it begins, in milliseconds.'),
  duration: z.coerce.number().max(hourMs).describe('How long it plays, in milliseconds; above 0.'),
});

const track = z.strictObject({
  id: z.string().max(200).describe('Yours; shown in messages.'),
  type: z.enum(['video', 'audio']).describe('What the track carries.'),
  keyframes: z.array(keyframe).max(keyframesMax).describe('What plays when.'),
  volume: z.number().min(0).max(5).default(1).describe('Volume of the track’s sound.'),
  muted: z.boolean().default(false).describe('Leave the sound of this track out.'),
});

const params = z.strictObject({
  tracks: z.array(track).max(20).describe('Video tracks from bottom to top, and audio tracks; one video at least.'),
  ...canvasFields,
});
export type ComposeFromTracksParams = z.output<typeof params>;

/** What is wrong with a time line beyond what its schema says. */
const check = ({ tracks, ...frame }: ComposeFromTracksParams): ParamIssue[] => {
  const empty = tracks.flatMap(({ keyframes }, t) =>
    keyframes.flatMap(({ duration }, k) =>
      duration > 0
        ? []
        : [issue(`/tracks/${t}/keyframes/${k}/duration`, 'input_required', 'a keyframe lasts longer than 0 ms')],
    ),
  );
  const played = tracks.flatMap(({ type, keyframes }) =>
    keyframes.map((each) => ({ ...each, type })).filter(({ url }) => url !== undefined),
  );
  const longest = Math.max(0, ...played.map(({ timestamp, duration }) => timestamp + duration));
  return [
    ...empty,
    ...(played.some(({ type }) => type === 'video')
      ? []
      : [issue('/tracks', 'input_required', 'a video track with a url and a duration is needed')]),
    ...(played.length > keyframesMax
      ? [issue('/tracks', 'param_out_of_range', `up to ${keyframesMax} keyframes with a url`)]
      : []),
    ...(longest > hourMs ? [issue('/tracks', 'param_out_of_range', 'the time line is longer than an hour')] : []),
    ...checkCanvas(frame),
  ];
};

/** Lays clips and sounds on a time line. */
export const composeFromTracks = defineOperation({
  id: 'compose.from_tracks',
  version: 1,
  summary: 'Lay videos, pictures and sounds on a time line: each plays at its time; later video tracks lie on top.',
  path: '/v1/compose/from-tracks',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: {},
  nested: { 'tracks.*.keyframes.*.url': 'any' },
  params,
  check,
  gpu: () => h264OnGpu,
  result: noResult,
  outputs: 'One MP4, as long as the last keyframe ends.',
  examples: [
    {
      title: 'A clip after a pause, and music',
      params: {
        tracks: [
          {
            id: 'picture',
            type: 'video',
            keyframes: [{ url: 'file_01k9vjz6f8aaaa', timestamp: 1000, duration: 3000 }],
          },
          { id: 'music', type: 'audio', keyframes: [{ url: 'file_01k9vjz6f8bbbb', timestamp: 0, duration: 5000 }] },
        ],
        width: 640,
        height: 360,
        fps: 24,
      },
    },
  ],
});
