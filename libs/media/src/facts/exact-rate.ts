import { ratio } from './media-facts.ts';
import type { Rational } from './media-facts.ts';

/** Rates of NTSC, which are written with two or three decimals and are none of those. */
const ntscRates: readonly Rational[] = [24, 30, 48, 60, 120].map((rate) => ({ num: rate * 1000, den: 1001 }));

const roundedBy = 0.005;

/** The rate that somebody means who writes it as a decimal: 29.97 is 30000/1001. */
export const exactRate = (fps: number): Rational =>
  ntscRates.find((rate) => Math.abs(ratio(rate) - fps) < roundedBy) ??
  (Number.isInteger(fps) ? { num: fps, den: 1 } : { num: Math.round(fps * 1000), den: 1000 });

/** Whether a source has the rate that was asked for. */
export const hasRate = (source: Rational, fps: number): boolean =>
  Math.abs(ratio(exactRate(fps)) - ratio(source)) < 1e-3;

/** As FFmpeg's filters take it. */
export const rateText = (fps: number): string | number => {
  const { num, den } = exactRate(fps);
  return den === 1 ? num : `${num}/${den}`;
};
