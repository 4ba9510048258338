import { defineOperation, gpuEncoders, noResult, type GpuWork } from '../operation.ts';
import { checkTranscode } from './check-transcode.ts';
import { transcodeIntent } from './intent.ts';
import { transcodeParams, type TranscodeParams } from './transcode-params.ts';

const gpu = (params: TranscodeParams): GpuWork | null => {
  const { video, encoderHardware: named } = transcodeIntent(params);
  return video === 'h264' || video === 'hevc' || video === 'av1' ? { encoder: gpuEncoders[video], named } : null;
};

/** Converts between containers and codecs, up to adaptive streaming. */
export const transcode = defineOperation({
  id: 'transcode',
  version: 1,
  summary: 'Convert a file to another container, codec, size or bit rate, or to adaptive streaming (HLS, DASH).',
  path: '/v1/transcode',
  pools: { cpu: 'transcode-cpu', gpu: 'transcode-gpu' },
  inputs: { source: { fields: ['input_url', 'video_url', 'audio_url', 'url'], kind: 'any' } },
  params: transcodeParams,
  check: checkTranscode,
  gpu,
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
    { title: 'AVI for old players', params: { output_format: 'avi', resolution: '480p' } },
    {
      title: 'MPEG-2 program stream',
      params: { output_format: 'mpg', fps: 25, video_bitrate: '6M', audio_bitrate: '256k' },
    },
    { title: 'MXF for editing', params: { output_format: 'mxf', crf: 18 } },
    { title: 'Sound only', params: { output_format: 'mp3', audio_bitrate: '192k' } },
  ],
});
