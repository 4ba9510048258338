/** One conversion of the real film, with the settings that a bare ffmpeg would get for the same. */
export interface Case {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly codec: string;
  /** Arguments of a bare run; absent for ladders. */
  readonly bare?: readonly string[];
}

const at720 = { resolution: '720p', preset: 'balanced' };

export const cases: readonly Case[] = [
  {
    name: 'h264 720p mp4',
    params: { ...at720, output_format: 'mp4', video_codec: 'h264' },
    codec: 'h264',
    bare: ['-c:v', 'libx264', '-preset', 'medium', '-crf', '23'],
  },
  {
    name: 'hevc 720p mp4',
    params: { ...at720, output_format: 'mp4', video_codec: 'hevc' },
    codec: 'hevc',
    bare: ['-c:v', 'libx265', '-preset', 'fast', '-crf', '26', '-x265-params', 'log-level=error'],
  },
  {
    name: 'av1 720p mp4',
    params: { ...at720, output_format: 'mp4', video_codec: 'av1' },
    codec: 'av1',
    bare: ['-c:v', 'libsvtav1', '-preset', '8', '-crf', '32'],
  },
  {
    name: 'vp9 720p webm',
    params: { ...at720, output_format: 'webm', video_codec: 'vp9' },
    codec: 'vp9',
    bare: [
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'good',
      '-cpu-used',
      '5',
      '-row-mt',
      '1',
      '-tile-columns',
      '2',
      '-crf',
      '31',
      '-b:v',
      '0',
    ],
  },
  { name: 'HLS h264 ladder', params: { ...at720, output_format: 'hls' }, codec: 'h264' },
  {
    name: 'DASH vp9 ladder',
    params: {
      output_format: 'dash',
      video_codec: 'vp9',
      preset: 'fast',
      ladder: [{ resolution: '720p' }, { resolution: '240p', video_bitrate: '500k' }],
    },
    codec: 'vp9',
  },
  { name: 'DASH h264 ladder', params: { ...at720, output_format: 'dash' }, codec: 'h264' },
];
