import type { VideoCodec } from '@ffapi/contracts';
import { exactRate } from '../facts/exact-rate.ts';
import { ratio } from '../facts/media-facts.ts';
import type { Rational, VideoFacts } from '../facts/media-facts.ts';

/** Rates that every player knows, slowest first; MPEG-2 has no other (ISO/IEC 13818-2, table 6-4). */
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
export const steadyRate = ({ fps }: Pick<VideoFacts, 'fps'>): Rational =>
  commonRates.find((rate) => ratio(rate) >= 0.99 * ratio(fps)) ?? { num: 60, den: 1 };

/** The slowest common rate that repeats or leaves out pictures evenly, or the nearest. */
const nearestCommon = (fps: number): Rational => {
  const isEven = (rate: Rational): boolean => {
    const step = Math.max(ratio(rate) / fps, fps / ratio(rate));
    return ratio(rate) >= Math.min(0.999 * fps, 50) && Math.abs(step - Math.round(step)) < 5e-4;
  };
  const distance = (rate: Rational): number => Math.abs(ratio(rate) - fps);
  return (
    commonRates.find(isEven) ?? commonRates.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best))
  );
};

/** MPEG-4 counts the ticks of a second in 16 bits (ISO/IEC 14496-2, vop_time_increment_resolution). */
const ticksMax = 65_535;

/** The constant rate that a codec can have closest to the one asked for, or to the source's. */
export const rateFor = (codec: VideoCodec, source: VideoFacts, asked: number | null): Rational => {
  if (asked === null && source.isVfr) return steadyRate(source);
  const fps = asked ?? (ratio(source.fps) || 25);
  if (codec === 'mpeg2video') return nearestCommon(fps);
  const exact = exactRate(fps);
  return exact.num > ticksMax ? { num: Math.round(fps), den: 1 } : exact;
};
