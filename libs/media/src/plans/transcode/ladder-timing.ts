import { exactRate } from '../../facts/exact-rate.ts';
import type { AudioFacts, Rational, VideoFacts } from '../../facts/media-facts.ts';
import { filter } from '../../filtergraph/filter.ts';
import { paced } from '../../encode/constant-rate.ts';
import { heldFilters } from '../../encode/begins-together.ts';
import { rateFilters } from '../../encode/picture.ts';
import { steadyRate } from '../../encode/steady-rate.ts';

export interface LadderTiming {
  readonly rate: Rational;
  readonly filters: readonly string[];
}

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
