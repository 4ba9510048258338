import type { HlsRendition } from '../plans/plan.ts';

export interface PlaylistMeasures {
  readonly initUri: string;
  readonly durationMs: number;
  readonly peakBitrate: number;
  readonly averageBitrate: number;
  /** Segments that the playlist names and the folder lacks. */
  readonly missing: readonly string[];
}

export interface MeasuredRendition extends HlsRendition, PlaylistMeasures {
  readonly uri: string;
  /** RFC 6381 codec string. */
  readonly codec: string;
}

/** Rates of one media playlist by the sizes of its segments: the peak is that of its worst segment (RFC 8216, 4.3.4.2). */
export const measurePlaylist = (playlist: string, sizes: ReadonlyMap<string, number>): PlaylistMeasures => {
  let [seconds, bytes, peak, pending] = [0, 0, 0, 0];
  const missing: string[] = [];
  for (const line of playlist.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('#EXTINF:')) pending = Number.parseFloat(line.slice(8));
    else if (line !== '' && !line.startsWith('#') && pending > 0) {
      const size = sizes.get(line) ?? 0;
      if (size === 0) missing.push(line);
      seconds += pending;
      bytes += size;
      peak = Math.max(peak, (size * 8) / pending);
      pending = 0;
    }
  }
  return {
    initUri: /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)?.[1] ?? 'init.mp4',
    durationMs: Math.round(seconds * 1000),
    peakBitrate: Math.ceil(peak),
    averageBitrate: seconds === 0 ? 0 : Math.ceil((bytes * 8) / seconds),
    missing,
  };
};

const streamInf = (video: MeasuredRendition, audio: MeasuredRendition | undefined): string => {
  const attributes = [
    `BANDWIDTH=${video.peakBitrate + (audio?.peakBitrate ?? 0)}`,
    `AVERAGE-BANDWIDTH=${video.averageBitrate + (audio?.averageBitrate ?? 0)}`,
    `CODECS="${[video.codec, ...(audio ? [audio.codec] : [])].join(',')}"`,
    ...(video.width === undefined ? [] : [`RESOLUTION=${video.width}x${video.height}`]),
    ...(video.frameRate === undefined ? [] : [`FRAME-RATE=${video.frameRate}`]),
    ...(audio ? ['AUDIO="audio"'] : []),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}\n${video.uri}`;
};

const audioOnly = (audio: MeasuredRendition): string =>
  `#EXT-X-STREAM-INF:BANDWIDTH=${audio.peakBitrate},AVERAGE-BANDWIDTH=${audio.averageBitrate},CODECS="${audio.codec}"\n${audio.uri}`;

/** The master playlist of measured renditions. */
export const hlsMaster = (renditions: readonly MeasuredRendition[]): string => {
  const audio = renditions.find((rendition) => rendition.role === 'audio');
  const videos = renditions.filter((rendition) => rendition.role === 'video');
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  if (videos.length === 0) return [...lines, ...(audio ? [audioOnly(audio)] : []), ''].join('\n');
  if (audio)
    lines.push(`#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",DEFAULT=YES,AUTOSELECT=YES,URI="${audio.uri}"`);
  return [...lines, ...videos.map((video) => streamInf(video, audio)), ''].join('\n');
};
