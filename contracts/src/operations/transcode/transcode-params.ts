import { z } from 'zod';
import { bitrateField as bitrate } from '../bitrate-field.ts';
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
  max_bitrate: bitrate(50_000, 200_000_000)
    .optional()
    .describe('Peak bit rate over two seconds; renditions of av1 and vp9 keep below it on average.'),
});

/** What a file is converted to. */
export const transcodeParams = z.strictObject({
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
    .describe(
      'Constant quality: lower is better. 0 to 51 for h264, hevc, mpeg4 and mpeg2 (finest at 16), 0 to 63 for av1 and vp9.',
    ),
  video_bitrate: bitrate(50_000, 200_000_000).optional().describe('Average video bit rate, instead of crf.'),
  audio_bitrate: bitrate(8_000, 1_536_000).optional().describe('Audio bit rate of the whole stream.'),
  max_bitrate: bitrate(50_000, 200_000_000)
    .optional()
    .describe(
      'Peak video bit rate over any two seconds. Files of av1 and vp9 are measured for it, and encoded again where they pass it.',
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
});
export type TranscodeParams = z.output<typeof transcodeParams>;
