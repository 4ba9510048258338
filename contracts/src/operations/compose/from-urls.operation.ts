import { z } from 'zod';
import { defineOperation, h264OnGpu, noResult } from '../operation.ts';
import type { ParamIssue } from '../operation.ts';
import { canvasFields, checkCanvas, seconds } from './canvas.ts';

const params = z.strictObject({
  duration: seconds(0.001, 3600).optional().describe('Length in seconds. Default: the whole video.'),
  duration_ms: z.coerce.number().int().min(1).max(3_600_000).optional().describe('The same in milliseconds.'),
  ...canvasFields,
  source_audio: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('What becomes of the video’s own sound; audio_url replaces it.'),
  bgm_volume: z.number().min(0).max(5).default(0.3).describe('Volume of the music; 1 leaves it as it is.'),
  loop_bgm: z.boolean().default(false).describe('Repeat the music to the end of the video.'),
  ducking: z.boolean().default(false).describe('Lower the music while somebody speaks.'),
});
export type ComposeFromUrlsParams = z.output<typeof params>;

/** What is wrong with a composition beyond what its schema says. */
const check = ({ duration, duration_ms, ...frame }: ComposeFromUrlsParams): ParamIssue[] => [
  ...(duration !== undefined && duration_ms !== undefined
    ? [{ pointer: '/duration_ms', code: 'param_conflict', message: 'give duration or duration_ms, not both' }]
    : []),
  ...checkCanvas(frame),
];

/** Puts a voice and music under a video. */
export const composeFromUrls = defineOperation({
  id: 'compose.from_urls',
  version: 1,
  summary: 'Bring a video to a frame size and rate, with another voice and with music under it.',
  path: '/v1/compose/from-urls',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: {
    video: { fields: ['video_url'], kind: 'video' },
    audio: { fields: ['audio_url'], kind: 'audio', isOptional: true },
    bgm: { fields: ['bgm_url'], kind: 'audio', isOptional: true },
  },
  params,
  check,
  gpu: () => h264OnGpu,
  result: noResult,
  outputs: 'One MP4.',
  examples: [
    { title: 'Another size', params: { width: 1280, height: 720, fps: 24 } },
    {
      title: 'Music under the film',
      params: { width: 640, height: 360, fps: 24, duration: 5, bgm_volume: 0.3, loop_bgm: true, ducking: true },
    },
  ],
});
