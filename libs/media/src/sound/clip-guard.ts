import type { Step } from '../plans/plan.ts';
import { truePeakLimiter } from './limiter.ts';
import type { ChannelShape } from './limiter.ts';
import { loudnessMeter, parseLoudness, rounded } from './loudness.ts';
import { measureStep } from './source.ts';
import type { SoundSource } from './source.ts';

/** Where the limiter holds what would clip, in dBTP. */
export const guardCeilingDb = -1;

/** The step that measures the peak behind a chain, captured as `peak`. */
export const peakStep = (source: SoundSource, filters: readonly string[]): Step =>
  measureStep(source, [...filters, ...loudnessMeter('peak.txt')].join(','), { name: 'peak', file: 'peak.txt' });

/** A limiter where the measured peak would clip, with a warning; nothing otherwise. */
export const clipGuard = (
  peakText: unknown,
  shape: ChannelShape,
  sampleRateHz: number,
  warn: (text: string) => void,
): string[] => {
  const peak = peakText === undefined ? null : parseLoudness(String(peakText)).truePeakDbtp;
  if (peak === null || peak <= 0) return [];
  warn(`the peak would be ${rounded(peak, 1)} dBTP and clip: it is limited to ${guardCeilingDb} dBTP`);
  return truePeakLimiter(guardCeilingDb, shape, sampleRateHz);
};
