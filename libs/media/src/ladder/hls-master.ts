import type { CaptionTrack, HlsRendition } from '../plans/plan.ts';
import type { TrackLabel } from './track-labels.ts';

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
  readonly label?: TrackLabel;
  /** Its playlist of keyframes alone. */
  readonly keyframes?: { readonly uri: string; readonly peakBitrate: number };
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

const [soundGroup, captionGroup] = ['audio', 'subtitles'];

const yesNo = (value: boolean): string => (value ? 'YES' : 'NO');

/** Uniform type identifiers by which players know what a track is for (RFC 8216, 4.3.4.1). */
const characteristics: Readonly<Partial<Record<NonNullable<TrackLabel['purpose']>, string>>> = {
  description: 'public.accessibility.describes-video',
  deaf: 'public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound',
};

const characteristicsOf = ({ purpose }: TrackLabel): string[] => {
  const found = purpose && characteristics[purpose];
  return found === undefined ? [] : [`CHARACTERISTICS="${found}"`];
};

const languageOf = ({ language }: TrackLabel): string[] => (language === undefined ? [] : [`LANGUAGE="${language}"`]);

const plainLabel = (name: string): TrackLabel => ({ name, isDefault: true, isAutoselected: true });

const soundMedia = ({ name, uri, label = plainLabel(name) }: MeasuredRendition): string => {
  const attributes = [
    'TYPE=AUDIO',
    `GROUP-ID="${soundGroup}"`,
    `NAME="${label.name}"`,
    ...languageOf(label),
    `DEFAULT=${yesNo(label.isDefault)}`,
    `AUTOSELECT=${yesNo(label.isAutoselected)}`,
    ...(label.channels === undefined ? [] : [`CHANNELS="${label.channels}"`]),
    ...characteristicsOf(label),
    `URI="${uri}"`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(',')}`;
};

const captionMedia = ({ name, label }: CaptionTrack): string => {
  const attributes = [
    'TYPE=SUBTITLES',
    `GROUP-ID="${captionGroup}"`,
    `NAME="${label.name}"`,
    ...languageOf(label),
    'DEFAULT=NO',
    `AUTOSELECT=${yesNo(label.isAutoselected)}`,
    `FORCED=${yesNo(label.purpose === 'forced')}`,
    ...characteristicsOf(label),
    `URI="${name}/index.m3u8"`,
  ];
  return `#EXT-X-MEDIA:${attributes.join(',')}`;
};

/** Renditions of sound that go with a picture, or with each other. */
interface Beside {
  readonly sounds: readonly MeasuredRendition[];
  readonly hasCaptions: boolean;
}

const most = (sounds: readonly MeasuredRendition[], rate: 'peakBitrate' | 'averageBitrate'): number =>
  Math.max(0, ...sounds.map((sound) => sound[rate]));

const groups = ({ sounds, hasCaptions }: Beside): string[] => [
  ...(sounds.length > 0 ? [`AUDIO="${soundGroup}"`] : []),
  ...(hasCaptions ? [`SUBTITLES="${captionGroup}"`] : []),
];

const streamInf = (video: MeasuredRendition, beside: Beside): string => {
  const { sounds } = beside;
  const attributes = [
    `BANDWIDTH=${video.peakBitrate + most(sounds, 'peakBitrate')}`,
    `AVERAGE-BANDWIDTH=${video.averageBitrate + most(sounds, 'averageBitrate')}`,
    `CODECS="${[...new Set([video.codec, ...sounds.map(({ codec }) => codec)])].join(',')}"`,
    ...(video.width === undefined ? [] : [`RESOLUTION=${video.width}x${video.height}`]),
    ...(video.frameRate === undefined ? [] : [`FRAME-RATE=${video.frameRate}`]),
    ...groups(beside),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}\n${video.uri}`;
};

const keyframeInf = ({ keyframes, codec, width, height }: MeasuredRendition): string[] => {
  if (keyframes === undefined) return [];
  const size = width === undefined ? '' : `,RESOLUTION=${width}x${height}`;
  return [
    `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=${keyframes.peakBitrate},CODECS="${codec}"${size},URI="${keyframes.uri}"`,
  ];
};

const soundOnly = (sound: MeasuredRendition, beside: Beside): string => {
  const { peakBitrate, averageBitrate, codec, uri } = sound;
  const isChosen = beside.sounds.length > 1 || beside.hasCaptions;
  const attributes = [
    `BANDWIDTH=${peakBitrate}`,
    `AVERAGE-BANDWIDTH=${averageBitrate}`,
    `CODECS="${codec}"`,
    ...(isChosen ? groups(beside) : []),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}\n${uri}`;
};

/** The master playlist of measured renditions, and of subtitles beside them. */
export const hlsMaster = (renditions: readonly MeasuredRendition[], captions: readonly CaptionTrack[] = []): string => {
  const sounds = renditions.filter((rendition) => rendition.role === 'audio');
  const videos = renditions.filter((rendition) => rendition.role === 'video');
  const beside: Beside = { sounds, hasCaptions: captions.length > 0 };
  const [first] = sounds;
  const streams = videos.map((video) => streamInf(video, beside));
  const alone = videos.length === 0 && first !== undefined ? [soundOnly(first, beside)] : [];
  const isListed = videos.length > 0 || beside.sounds.length > 1 || beside.hasCaptions;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(isListed ? sounds.map(soundMedia) : []),
    ...captions.map(captionMedia),
    ...streams,
    ...alone,
    ...videos.flatMap(keyframeInf),
    '',
  ].join('\n');
};
