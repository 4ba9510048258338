/** Speed against size; each encoder's own settings for them are the planner's business. */
export const efforts = ['fast', 'balanced', 'quality'] as const;
export type Effort = (typeof efforts)[number];

/** Named sets of fields, as the public interface promises them; a field given with the request wins. */
export const profiles = {
  web_optimized: { video_codec: 'h264', crf: 23, encoder_preset: 'medium', max_bitrate: '5M' },
  archive_quality: { video_codec: 'hevc', crf: 18, encoder_preset: 'slow' },
  mobile_friendly: { resolution: '720p', video_codec: 'h264', crf: 28, fps: 30 },
  hls_streaming: { output_format: 'hls', segment_duration: 6, video_codec: 'h264' },
} as const;
export type Profile = keyof typeof profiles;

export const isEffort = (name: string): name is Effort => (efforts as readonly string[]).includes(name);
export const isProfile = (name: string): name is Profile => Object.hasOwn(profiles, name);
