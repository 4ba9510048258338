import { audioContainer, containerRules, parseBitrate } from '@ffapi/contracts';
import type { AudioCodec, AudioFormat, Container } from '@ffapi/contracts';
import { pictureOf } from '../facts/media-facts.ts';
import type { AudioFacts, VideoFacts } from '../facts/media-facts.ts';
import { chooseSubtitles } from '../encode/subtitles.ts';
import { bitrateWithin, codecFamily, defaultBitrate, isLossless, sampleRateFor } from './encoders.ts';
import { channelsIn, layoutWith, writtenLayout } from './layouts.ts';
import { isDeep } from './depth.ts';
import type { SoundSource } from './source.ts';

/** The file that sound is written to. */
export interface SoundTarget {
  readonly container: Container;
  readonly codec: AudioCodec;
  readonly channels: number;
  readonly layout: string;
  readonly sampleRateHz: number;
  /** Null where the codec is lossless. */
  readonly bitrate: number | null;
  /** Samples of more than 16 bits, where the source has them and the codec can keep them. */
  readonly isDeep: boolean;
  /** The picture that is copied along. */
  readonly picture: VideoFacts | null;
}

/** What a request says about the file; absent fields are as in the source. */
export interface SoundWish {
  readonly format?: AudioFormat;
  readonly bitrate?: string | number;
  readonly channels?: number;
  readonly sampleRateHz?: number;
  /** Whether a video may stay one. */
  readonly mayKeepPicture: boolean;
}

const ownFormats: Readonly<Record<string, Container>> = {
  mp3: 'mp3',
  aac: 'm4a',
  flac: 'flac',
  alac: 'flac',
  opus: 'opus',
  vorbis: 'ogg',
  pcm: 'wav',
};

const carries = (container: Container, kind: 'video' | 'audio', codec: string): boolean =>
  (containerRules[container][kind] as readonly string[]).includes(codec);

/** The container in which a copied picture stays as it is; null where the source's is not one of ours. */
const videoContainer = (demuxer: string, picture: VideoFacts, sound: AudioFacts): Container | null => {
  const codec = codecFamily(sound.codec);
  if (demuxer === 'mov') return carries('mp4', 'video', picture.codec) && codec !== 'pcm' ? 'mp4' : 'mov';
  if (demuxer !== 'matroska') return null;
  const isWeb = ['vp8', 'vp9', 'av1'].includes(picture.codec) && carries('webm', 'audio', codec);
  return isWeb ? 'webm' : 'mkv';
};

const chooseContainer = (
  { facts, sound }: SoundSource,
  wish: SoundWish,
  warn: (text: string) => void,
): { container: Container; picture: VideoFacts | null } => {
  if (wish.format !== undefined) return { container: audioContainer(wish.format), picture: null };
  const picture = wish.mayKeepPicture ? pictureOf(facts) : null;
  const kept = picture && videoContainer(facts.demuxer, picture, sound);
  if (kept) {
    if (chooseSubtitles(facts.subtitles, kept).dropped > 0) warn(`${kept} cannot hold all of the subtitle tracks`);
    return { container: kept, picture };
  }
  if (picture) warn('only the sound is written: a picture is kept in MP4, MOV, Matroska and WebM');
  return { container: ownFormats[codecFamily(sound.codec)] ?? 'm4a', picture: null };
};

const chooseCodec = (container: Container, sound: AudioFacts): AudioCodec => {
  const allowed = containerRules[container].audio;
  return allowed.find((codec) => codec === codecFamily(sound.codec)) ?? allowed[0] ?? 'aac';
};

const chooseBitrate = (
  codec: AudioCodec,
  wish: SoundWish,
  shape: { readonly channels: number; readonly sampleRateHz: number },
  warn: (text: string) => void,
): number | null => {
  const wanted = wish.bitrate === undefined ? null : parseBitrate(wish.bitrate);
  if (isLossless(codec)) {
    if (wanted !== null) warn(`bitrate is ignored: ${codec} has none of its own`);
    return null;
  }
  const bitrate = wanted ?? defaultBitrate(codec, shape.channels);
  const within = bitrateWithin(codec, bitrate, shape.channels, shape.sampleRateHz);
  if (wanted !== null && within !== wanted) warn(`the bit rate is ${within}: ${codec} cannot have ${wanted} here`);
  return within;
};

/** The file to write, with a warning for all that cannot be as in the source or as asked. */
export const soundTarget = (source: SoundSource, wish: SoundWish, warn: (text: string) => void): SoundTarget => {
  const { sound } = source;
  const { container, picture } = chooseContainer(source, wish, warn);
  const codec = chooseCodec(container, sound);
  const wantedChannels = wish.channels ?? sound.channels;
  const isOwn = wish.channels === undefined || (isLossless(codec) && wish.channels === sound.channels);
  const layout = isOwn ? writtenLayout(codec, sound) : layoutWith(codec, wantedChannels);
  const channels = channelsIn(layout);
  if (channels < wantedChannels || (wish.channels !== undefined && channels > wantedChannels))
    warn(`${codec} carries ${channels} channels, not ${wantedChannels}`);
  if (channels < sound.channels && sound.channels > 2)
    warn(`audio mixed from ${sound.channels} channels to ${channels}`);
  const wantedHz = wish.sampleRateHz ?? sound.sampleRateHz;
  const sampleRateHz = sampleRateFor(codec, wantedHz, container);
  if (wish.sampleRateHz !== undefined && sampleRateHz !== wantedHz)
    warn(`the sample rate is ${sampleRateHz}: ${codec} cannot have ${wantedHz}`);
  return {
    container,
    codec,
    channels,
    layout,
    sampleRateHz,
    bitrate: chooseBitrate(codec, wish, { channels, sampleRateHz }, warn),
    isDeep: isDeep(sound),
    picture,
  };
};
