import { exactRate } from '../../facts/exact-rate.ts';
import type { AudioFacts, Rational, VideoFacts } from '../../facts/media-facts.ts';
import { beginningMs } from '../../facts/media-facts.ts';
import { filter } from '../../filtergraph/filter.ts';
import { paced } from '../compose/canvas.ts';
import { seconds } from '../compose/sound.ts';
import { rateFilters } from './picture.ts';
import type { Selection } from './sources.ts';
import { steadyRate } from './steady-rate.ts';

export interface LadderTiming {
  readonly rate: Rational;
  readonly filters: readonly string[];
}

/** How far apart streams may begin without anybody noticing: a frame of sound. */
export const startToleranceMs = 25;

/** The moment of the file at which streams that begin together do: with the picture, where nothing is heard long before. */
export const commonBeginMs = ({ picture, sound }: Selection): number => {
  const firstMs = beginningMs([picture, ...sound]);
  return picture && picture.startMs - firstMs <= startToleranceMs ? picture.startMs : firstMs;
};

/** When a track of sound ends, after the start of the file. */
export const soundEndMs = ({ startMs, durationMs }: AudioFacts): number => startMs + (durationMs ?? 0);

/** The track that ends last. */
export const lastSound = (sound: readonly AudioFacts[]): AudioFacts | undefined =>
  sound.toSorted((a, b) => soundEndMs(b) - soundEndMs(a))[0];

/** A codec's own frames stick out at the end; what is more is missing. */
export const unevenMsMax = 100;

/** The last picture stands while sound goes on: a ladder ends with the shortest of its renditions in some players. */
export const heldFilters = (picture: VideoFacts, sound: AudioFacts | undefined): string[] => {
  if (picture.durationMs === null || sound === undefined || sound.durationMs === null) return [];
  const missingMs = sound.startMs + sound.durationMs - picture.startMs - picture.durationMs;
  if (missingMs <= unevenMsMax) return [];
  return [filter('tpad', { stop_mode: 'clone', stop_duration: seconds(missingMs) })];
};

/** From the first picture on, to the tick: what is less than a millisecond takes an edit list of its own. */
const exactly = (beginMs: number): string[] => (beginMs === 0 ? [] : [filter('setpts', { expr: 'PTS-STARTPTS' })]);

/**
 * The rate and the beginning of a ladder's pictures. A ladder has one rate: segments are cut alike, and playlists say
 * their true lengths. All of its renditions begin at 0: what a delay in an edit list means, players do not agree on.
 */
export const ladderTiming = (
  source: VideoFacts,
  sound: AudioFacts | undefined,
  asked: number | null,
  beginMs: number,
): LadderTiming => {
  const rate = asked !== null ? exactRate(asked) : source.isVfr ? steadyRate(source) : source.fps;
  const held = heldFilters(source, sound);
  if (!source.isVfr && source.startMs === beginMs)
    return { rate, filters: [...exactly(beginMs), ...rateFilters(source, asked), ...held] };
  if (rate.num === 0) return { rate, filters: held };
  return { rate, filters: [...paced(source, `${rate.num}/${rate.den}`, beginMs), ...held] };
};
