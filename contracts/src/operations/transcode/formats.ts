/** Containers that carry video, in the order shown to users. */
export const videoContainers = ['mp4', 'mov', 'mkv', 'webm', 'ts', 'avi', 'mpg', 'mxf', 'hls', 'dash'] as const;
/** Pictures that move by themselves wherever a picture can stand. */
export const animationContainers = ['gif', 'webp'] as const;
export const audioContainers = ['mp3', 'm4a', 'aac', 'flac', 'wav', 'ogg', 'opus'] as const;
export const containers = [...videoContainers, ...animationContainers, ...audioContainers] as const;
export const videoCodecs = ['h264', 'hevc', 'av1', 'vp9', 'mpeg4', 'mpeg2video'] as const;
export const audioCodecs = ['aac', 'opus', 'mp3', 'mp2', 'vorbis', 'flac', 'pcm'] as const;

export type Container = (typeof containers)[number];
export type VideoCodec = (typeof videoCodecs)[number];
/** The codec of an animation is its container's, and takes no settings of others. */
export type PictureCodec = VideoCodec | (typeof animationContainers)[number];
export type AudioCodec = (typeof audioCodecs)[number];
export type Hardware = 'auto' | 'cpu' | 'gpu';
/**
 * What a container without times of its own asks of its streams. `begin`: pictures have one rate, and all streams begin
 * together. `packages`: it is made of pictures, each with its share of the sound, so that streams end together as well.
 */
export type Pace = 'begin' | 'packages';

export interface ContainerRules {
  /** Empty for containers that carry sound only. The first codec is the default. */
  readonly video: readonly PictureCodec[];
  readonly audio: readonly AudioCodec[];
  readonly extension: string;
  readonly contentType: string;
  /** Absent where each picture and each stream has its own times. */
  readonly pace?: Pace;
}

const rules = (
  extension: string,
  contentType: string,
  video: readonly PictureCodec[],
  audio: readonly AudioCodec[],
  pace?: Pace,
): ContainerRules => ({ extension, contentType, video, audio, ...(pace === undefined ? {} : { pace }) });

/** What each container can carry such that common players and FFmpeg 5.1's muxers both agree. */
export const containerRules: Readonly<Record<Container, ContainerRules>> = {
  mp4: rules('mp4', 'video/mp4', ['h264', 'hevc', 'av1', 'vp9'], ['aac', 'mp3', 'opus', 'flac']),
  mov: rules('mov', 'video/quicktime', ['h264', 'hevc'], ['aac', 'mp3', 'pcm']),
  mkv: rules(
    'mkv',
    'video/x-matroska',
    ['h264', 'hevc', 'av1', 'vp9'],
    ['aac', 'opus', 'mp3', 'vorbis', 'flac', 'pcm'],
  ),
  webm: rules('webm', 'video/webm', ['vp9', 'av1'], ['opus', 'vorbis']),
  ts: rules('ts', 'video/mp2t', ['h264', 'hevc'], ['aac', 'mp3']),
  avi: rules('avi', 'video/x-msvideo', ['mpeg4'], ['mp3', 'pcm'], 'begin'),
  mpg: rules('mpg', 'video/mpeg', ['mpeg2video'], ['mp2'], 'begin'),
  mxf: rules('mxf', 'application/mxf', ['mpeg2video'], ['pcm'], 'packages'),
  hls: rules('m3u8', 'application/vnd.apple.mpegurl', ['h264', 'hevc'], ['aac']),
  dash: rules('mpd', 'application/dash+xml', ['h264', 'hevc', 'av1', 'vp9'], ['aac', 'opus']),
  gif: rules('gif', 'image/gif', ['gif'], []),
  webp: rules('webp', 'image/webp', ['webp'], []),
  mp3: rules('mp3', 'audio/mpeg', [], ['mp3']),
  m4a: rules('m4a', 'audio/mp4', [], ['aac']),
  aac: rules('aac', 'audio/aac', [], ['aac']),
  flac: rules('flac', 'audio/flac', [], ['flac']),
  wav: rules('wav', 'audio/wav', [], ['pcm']),
  ogg: rules('ogg', 'audio/ogg', [], ['vorbis', 'opus', 'flac']),
  opus: rules('opus', 'audio/ogg', [], ['opus']),
};

/**
 * Codecs that stay as they are where a request names none. MP4 can carry more than its players agree on: what is to
 * play anywhere is H.264 with AAC.
 */
export const keptCodecs = (container: Container): Pick<ContainerRules, 'video' | 'audio'> =>
  container === 'mp4' ? { video: ['h264'], audio: ['aac'] } : containerRules[container];

export const isStreaming = (container: Container): container is 'hls' | 'dash' =>
  container === 'hls' || container === 'dash';

export const isAnimation = (container: Container): container is 'gif' | 'webp' =>
  (animationContainers as readonly Container[]).includes(container);

/** What a name in `video_codec` means: a codec, and for an encoder's name also where it has to run. */
export const videoCodecNames: Readonly<Record<string, { codec: VideoCodec; hardware?: 'cpu' | 'gpu' }>> = {
  h264: { codec: 'h264' },
  avc: { codec: 'h264' },
  'h.264': { codec: 'h264' },
  libx264: { codec: 'h264', hardware: 'cpu' },
  x264: { codec: 'h264', hardware: 'cpu' },
  h264_nvenc: { codec: 'h264', hardware: 'gpu' },
  hevc: { codec: 'hevc' },
  h265: { codec: 'hevc' },
  'h.265': { codec: 'hevc' },
  libx265: { codec: 'hevc', hardware: 'cpu' },
  x265: { codec: 'hevc', hardware: 'cpu' },
  hevc_nvenc: { codec: 'hevc', hardware: 'gpu' },
  av1: { codec: 'av1' },
  libsvtav1: { codec: 'av1', hardware: 'cpu' },
  av1_nvenc: { codec: 'av1', hardware: 'gpu' },
  vp9: { codec: 'vp9' },
  'libvpx-vp9': { codec: 'vp9', hardware: 'cpu' },
  mpeg4: { codec: 'mpeg4' },
  mpeg2: { codec: 'mpeg2video' },
  mpeg2video: { codec: 'mpeg2video' },
};

/** What a name in `audio_codec` means. */
export const audioCodecNames: Readonly<Record<string, AudioCodec>> = {
  aac: 'aac',
  opus: 'opus',
  libopus: 'opus',
  mp3: 'mp3',
  libmp3lame: 'mp3',
  mp2: 'mp2',
  vorbis: 'vorbis',
  libvorbis: 'vorbis',
  flac: 'flac',
  pcm: 'pcm',
  pcm_s16le: 'pcm',
};
