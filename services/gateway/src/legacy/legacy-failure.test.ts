import { failureOf, type ErrorCode } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { legacyFailure } from './legacy-failure.ts';

const failedJob = (type: string, code: ErrorCode, details: Record<string, unknown> = {}, params = {}) => ({
  status: 'failed' as const,
  type,
  params,
  error: failureOf(code, undefined, details),
});
const clips = { clips: ['https://a.test/a.mp4', { url: 'https://a.test/b.mp4', start: 1 }] };

it.each([
  ['compose.from_urls', 'ffmpeg_failed', {}, {}, 'ffmpeg_failed', 500],
  ['compose.from_urls', 'media_unreadable', {}, {}, 'ffmpeg_failed', 500],
  ['compose.from_tracks', 'output_truncated', {}, {}, 'ffmpeg_failed', 500],
  ['audio.tempo', 'ffmpeg_timeout', {}, {}, 'processing_timeout', 504],
  ['probe', 'ffmpeg_stalled', {}, {}, 'processing_timeout', 504],
  ['probe', 'media_type_refused', {}, {}, 'ffprobe_failed', 500],
  ['video.concat', 'media_unreadable', { input: 'clips-0' }, clips, 'ffmpeg_failed_on_clip', 500],
  ['video.concat', 'output_invalid', {}, clips, 'ffmpeg_failed_concat', 500],
  ['ffmpeg.command', 'command_failed', { exit_code: 1 }, {}, 'ffmpeg_failed', 500],
  ['ffmpeg.command', 'command_failed', { missing: 'a.png' }, {}, 'no_outputs_found', 500],
  ['ffmpeg.job', 'command_failed', { missing: 'a.png' }, {}, 'missing_outputs', 500],
  ['compose.from_urls', 'input_too_large', {}, {}, 'input_too_large', 413],
  ['compose.from_urls', 'disk_full', {}, {}, 'disk_full', 507],
] as const)('%s that failed by %s %j', (type, code, details, params, word, status) => {
  expect(legacyFailure(failedJob(type, code, details, params))).toMatchObject({ code: word, status });
});

it('tells what was told beside the word, and the code of the job', () => {
  const onClip = failedJob('video.concat', 'media_empty', { input: 'clips-1-url', exit_code: 3 }, clips);
  expect(legacyFailure(onClip).more).toEqual({
    clip: 'https://a.test/b.mp4',
    clip_index: 1,
    exit_code: 3,
    cause: 'media_empty',
  });
  expect(legacyFailure(failedJob('ffmpeg.job', 'command_failed', { missing: 'a.png' })).more).toEqual({
    missing: ['a.png'],
    exit_code: null,
    cause: 'command_failed',
  });
  expect(legacyFailure(failedJob('image.to_mp4_loop', 'ffmpeg_failed')).more).toEqual({ exit_code: null });
});

it('says of a job that was killed that it was', () => {
  const killed = { ...failedJob('probe', 'ffmpeg_failed'), status: 'cancelled' as const };
  expect(legacyFailure(killed)).toMatchObject({ code: 'job_cancelled', status: 409 });
});
