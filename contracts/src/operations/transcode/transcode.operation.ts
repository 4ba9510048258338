import { z } from 'zod';
import { bitrateField as bitrate } from '../bitrate-field.ts';
import { defineOperation, noResult } from '../operation.ts';
import { audioCodecNames, containers, videoCodecNames } from './formats.ts';
import { namedResolutions, parseResolution } from './resolution.ts';

const resolution = z
  .string()
  .max(10)
  .refine((value) => parseResolution(value) !== null, {
    error: '4K, 2160p, 1440p, 1080p, 720p, 480p, 360p, 240p or WxH (16x16 to 7680x4320)',
    params: { values: Object.keys(namedResolutions) },
  });

const names = (known: object, extra: readonly string[]) =>
  z.enum([...Object.keys(known), ...extra] as [string, ...string[]]);

const rung = z.strictObject({
  resolution: resolution.describe('Frame size of this rendition.'),
  video_bitrate: bitrate(50_000, 200_000_000)
    .optional()
    .describe('Average bit rate; without it the quality is constant.'),
  max_bitrate: bitrate(50_000, 200_000_000).optional().describe('Peak bit rate over two seconds.'),
});

/** Converts between containers and codecs, up to adaptive streaming. */
export const transcode = defineOperation({
  id: 'transcode',
  version: 1,
  summary: 'Convert a file to another container, codec, size or bit rate, or to adaptive streaming (HLS, DASH).',
  path: '/v1/transcode',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: { source: { fields: ['input_url', 'video_url', 'audio_url', 'url'], kind: 'any' } },
  params: z.strictObject({
    output_format: z.enum(containers).optional().describe('Container. Default: mp4, or the profile’s.'),
    format: z.enum(containers).optional().describe('Another name for output_format.'),
    video_codec: names(videoCodecNames, ['copy', 'none'])
      .optional()
      .describe('Video codec, or an encoder name such as hevc_nvenc. Default: the container’s first.'),
    codec: names(videoCodecNames, ['copy', 'none']).optional().describe('Another name for video_codec.'),
    audio_codec: names(audioCodecNames, ['copy', 'none'])
      .optional()
      .describe('Audio codec. Default: the container’s first.'),
    preset: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/)
      .optional()
      .describe(
        'fast, balanced (default) or quality; or a profile: web_optimized, archive_quality, mobile_friendly, hls_streaming, or a stored preset.',
      ),
    encoder_preset: z
      .string()
      .regex(/^[a-z0-9]{1,12}$/)
      .optional()
      .describe(
        'The encoder’s own speed name: ultrafast to veryslow for x264 and x265, 0 to 13 for SVT-AV1, 0 to 8 for VP9, p1 to p7 for NVENC.',
      ),
    crf: z
      .int()
      .min(0)
      .max(63)
      .optional()
      .describe('Constant quality: lower is better. 0 to 51 for h264 and hevc, 0 to 63 for av1 and vp9.'),
    video_bitrate: bitrate(50_000, 200_000_000).optional().describe('Average video bit rate, instead of crf.'),
    audio_bitrate: bitrate(8_000, 1_536_000).optional().describe('Audio bit rate of the whole stream.'),
    max_bitrate: bitrate(50_000, 200_000_000)
      .optional()
      .describe(
        'Peak video bit rate over two seconds. Files of av1 and vp9 keep below it on average, and below twice of it in any two seconds.',
      ),
    two_pass: z
      .boolean()
      .default(false)
      .describe('Analyse first, then encode to video_bitrate exactly; of HLS and DASH to that of every rung.'),
    resolution: resolution.optional().describe('A box such as 720p, or an exact frame WxH (padded, never stretched).'),
    fps: z.number().min(1).max(240).optional().describe('Frames a second. Default: as the source.'),
    deinterlace: z
      .enum(['auto', 'on', 'off'])
      .default('auto')
      .describe(
        'Whole pictures of the fields of television: auto where the file marks them or, in the sizes and rates of television, a short look finds them; on in any case; off never.',
      ),
    keyframe_interval: z
      .number()
      .min(0.1)
      .max(30)
      .optional()
      .describe(
        'Seconds from one keyframe to the next, in a single file; new scenes add more. Default: at most 5. Segments of HLS and DASH have their own.',
      ),
    profile: z
      .enum(['baseline', 'main', 'high', 'main10'])
      .optional()
      .describe('What players must be able to decode: baseline, main or high of h264, main or main10 of hevc.'),
    level: z
      .string()
      .regex(/^[1-6](\.[0-3])?$/)
      .optional()
      .describe(
        'Level of h264 or hevc that players must reach, such as 4.1. Refused where the frame is too large for it.',
      ),
    tune: z
      .enum(['film', 'animation', 'grain', 'stillimage', 'fastdecode', 'zerolatency'])
      .optional()
      .describe('What the picture is like, or the stream for: for h264, and but for film and stillimage for hevc.'),
    strip_metadata: z
      .boolean()
      .optional()
      .describe('Leave out what the source says of itself: place, date, camera, titles, chapters. Languages stay.'),
    segment_duration: z
      .number()
      .min(1)
      .max(30)
      .optional()
      .describe('Seconds a segment lasts (HLS, DASH). Default: 6 for HLS, 4 for DASH.'),
    segment_type: z
      .enum(['fmp4', 'ts'])
      .optional()
      .describe('What HLS segments are: fragmented MP4 (default), or transport streams for older players (h264 only).'),
    ladder: z
      .array(rung)
      .min(1)
      .max(8)
      .optional()
      .describe('Renditions of HLS or DASH. Default: from the source’s size down.'),
  }),
  result: noResult,
  outputs: 'One media file; for HLS and DASH a folder with its manifest as the main file.',
  examples: [
    {
      title: 'MP4 at 720p',
      params: { output_format: 'mp4', video_codec: 'h264', preset: 'balanced', resolution: '720p' },
    },
    {
      title: 'Every choice spelled out',
      params: {
        output_format: 'mp4',
        video_codec: 'h264',
        audio_codec: 'aac',
        preset: 'balanced',
        crf: 23,
        resolution: '1080p',
        fps: 30,
      },
    },
    { title: 'HEVC for an archive', params: { preset: 'archive_quality', output_format: 'mkv' } },
    { title: 'AV1 in WebM', params: { output_format: 'webm', video_codec: 'av1', resolution: '720p' } },
    { title: 'VP9 in WebM', params: { output_format: 'webm', resolution: '480p', preset: 'fast' } },
    {
      title: 'Two passes to 2 Mbit/s',
      params: { output_format: 'mp4', video_bitrate: '2M', two_pass: true, resolution: '720p' },
    },
    { title: 'Capped quality', params: { preset: 'web_optimized' } },
    {
      title: 'For old players, without a trace of where it was made',
      params: {
        output_format: 'mp4',
        profile: 'main',
        level: '3.1',
        resolution: '720p',
        keyframe_interval: 2,
        strip_metadata: true,
      },
    },
    { title: 'For phones', params: { preset: 'mobile_friendly' } },
    { title: 'Remux without encoding', params: { output_format: 'mkv', video_codec: 'copy', audio_codec: 'copy' } },
    { title: 'HLS ladder', params: { preset: 'hls_streaming' } },
    {
      title: 'HLS for older players',
      params: { output_format: 'hls', segment_type: 'ts', ladder: [{ resolution: '720p' }, { resolution: '360p' }] },
    },
    {
      title: 'DASH ladder of two',
      params: { output_format: 'dash', ladder: [{ resolution: '720p', max_bitrate: '3M' }, { resolution: '360p' }] },
    },
    { title: 'GIF for a chat', params: { output_format: 'gif' } },
    { title: 'Animated WebP', params: { output_format: 'webp', resolution: '360p', fps: 10 } },
    { title: 'Sound only', params: { output_format: 'mp3', audio_bitrate: '192k' } },
  ],
});

export type TranscodeParams = z.output<typeof transcode.params>;
