import { exactRate } from '../../facts/exact-rate.ts';
import type { AudioFacts, Rational, VideoFacts } from '../../facts/media-facts.ts';
import { ratio } from '../../facts/media-facts.ts';
import { filter } from '../../filtergraph/filter.ts';
import { paced } from '../compose/canvas.ts';
import { seconds } from '../compose/sound.ts';
import { rateFilters } from './picture.ts';

/** Rates that every player knows, slowest first. */
const commonRates: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
];

/** The next common rate that leaves out no more than a picture in a hundred. */
const steadyRate = ({ fps }: VideoFacts): Rational =>
  commonRates.find((rate) => ratio(rate) >= 0.99 * ratio(fps)) ?? { num: 60, den: 1 };

export interface LadderTiming {
  readonly rate: Rational;
  readonly filters: readonly string[];
}

/** How far from the beginning a stream may start without being filled up: a frame of sound, and nobody notices. */
const startToleranceMs = 25;

/** Whether a stream has to be moved or filled up to begin where the film does. */
export const mustBePlaced = ({ startMs }: { readonly startMs: number }, beginMs: number): boolean =>
  startMs - beginMs > startToleranceMs || beginMs > startToleranceMs;

/** A codec's own frames stick out at the end; what is more is missing. */
export const unevenMsMax = 100;

/** The last picture stands while sound goes on: a ladder ends with the shortest of its renditions in some players. */
const heldFilters = (picture: VideoFacts, sound: AudioFacts | undefined): string[] => {
  if (picture.durationMs === null || sound === undefined || sound.durationMs === null) return [];
  const missingMs = sound.startMs + sound.durationMs - picture.startMs - picture.durationMs;
  if (missingMs <= unevenMsMax) return [];
  return [filter('tpad', { stop_mode: 'clone', stop_duration: seconds(missingMs) })];
};

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
  if (!source.isVfr && !mustBePlaced(source, beginMs))
    return { rate, filters: [...rateFilters(source, asked), ...held] };
  if (rate.num === 0) return { rate, filters: held };
  return { rate, filters: [...paced(`${rate.num}/${rate.den}`, beginMs), ...held] };
};
