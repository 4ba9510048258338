import type { AudioCodec } from '@ffapi/contracts';
import type { AudioFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import { channelsMax, isLossless } from './encoders.ts';

/** How many speakers stand in front, beside or behind, and for the lowest tones. */
type Speakers = readonly [front: number, around: number, low: number];

const speakersOf: Readonly<Record<string, Speakers>> = {
  mono: [1, 0, 0],
  stereo: [2, 0, 0],
  '2.1': [2, 0, 1],
  '3.0': [3, 0, 0],
  '3.1': [3, 0, 1],
  '3.0(back)': [2, 1, 0],
  '4.0': [3, 1, 0],
  '4.1': [3, 1, 1],
  quad: [2, 2, 0],
  'quad(side)': [2, 2, 0],
  '5.0': [3, 2, 0],
  '5.0(side)': [3, 2, 0],
  '5.1': [3, 2, 1],
  '5.1(side)': [3, 2, 1],
  '6.0': [3, 3, 0],
  '6.0(front)': [4, 2, 0],
  hexagonal: [3, 3, 0],
  '6.1': [3, 3, 1],
  '6.1(back)': [3, 3, 1],
  '6.1(front)': [4, 2, 1],
  '7.0': [3, 4, 0],
  '7.0(front)': [5, 2, 0],
  '7.1': [3, 4, 1],
  '7.1(wide)': [5, 2, 1],
  '7.1(wide-side)': [5, 2, 1],
  octagonal: [3, 5, 0],
};

/** The usual layout for a number of channels. */
const usual: readonly string[] = ['mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'];

const usualFor = (channels: number): string => usual[channels - 1] ?? '7.1';

/** Layouts that a codec has a word for, smallest first. What else FFmpeg writes as AAC, few players can read. */
const written: Readonly<Record<Exclude<AudioCodec, 'flac' | 'pcm'>, readonly string[]>> = {
  aac: ['mono', 'stereo', '3.0', '4.0', '5.0', '5.1', '7.1'],
  opus: usual,
  vorbis: usual,
  mp3: ['mono', 'stereo'],
  mp2: ['mono', 'stereo'],
};

export const channelsIn = (layout: string): number => {
  const [front, around, low] = speakersOf[layout] ?? [2, 0, 0];
  return front + around + low;
};

/** FFmpeg refuses to mix channels without a usual name, such as the one of a camera's track for the front left. */
const isNamed = ({ layout, channels }: Pick<AudioFacts, 'layout' | 'channels'>): boolean =>
  layout === null ? channels < 3 || channels > usual.length : !/channel|downmix|ambisonic/i.test(layout);

/** The filters that a track has to go through first, so that every other knows its channels. */
export const naming = (sound: Pick<AudioFacts, 'layout' | 'channels'>): string[] => {
  if (isNamed(sound)) return [];
  const layout = usualFor(sound.channels);
  const map = Array.from({ length: channelsIn(layout) }, (_, n) => n).join('|');
  return [filter('channelmap', { map, channel_layout: layout })];
};

/** The layout of a track behind `naming`. */
export const layoutOf = (sound: Pick<AudioFacts, 'layout' | 'channels'>): string =>
  isNamed(sound) && sound.layout !== null ? sound.layout : usualFor(sound.channels);

const holds = (layout: string, wanted: Speakers): boolean =>
  (speakersOf[layout] ?? []).every((count, n) => count >= (wanted[n] ?? 0));

/** The layout to write: the source's own where the codec has it, otherwise the smallest with a place for each channel. */
export const writtenLayout = (codec: AudioCodec, sound: Pick<AudioFacts, 'layout' | 'channels'>): string => {
  const own = layoutOf(sound);
  if (isLossless(codec))
    return Object.hasOwn(speakersOf, own) ? own : usualFor(Math.min(sound.channels, channelsMax[codec]));
  const layouts = written[codec];
  const wanted = speakersOf[own] ?? [3, 4, 1];
  return layouts.find((layout) => layout === own || holds(layout, wanted)) ?? layouts.at(-1) ?? 'stereo';
};

/** The layout to write for a number of channels, or the next larger one. */
export const layoutWith = (codec: AudioCodec, channels: number): string => {
  const layouts = isLossless(codec) ? usual : written[codec];
  return layouts.find((layout) => channelsIn(layout) >= channels) ?? layouts.at(-1) ?? 'stereo';
};
