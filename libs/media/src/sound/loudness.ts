import { parseFrameMetadata } from '../facts/frame-metadata.ts';
import { filter } from '../filtergraph/filter.ts';

/** Loudness after EBU R 128 (ITU-R BS.1770). */
export interface Loudness {
  /** Null when nothing rises above the absolute gate of -70 LUFS: silence, or less than 400 ms. */
  readonly integratedLufs: number | null;
  /** Null for digital silence. */
  readonly truePeakDbtp: number | null;
  readonly rangeLu: number;
  readonly momentaryMaxLufs: number | null;
  readonly shortTermMaxLufs: number | null;
  /** How much was listened to, to a tenth of a second. */
  readonly seconds: number;
}

const gateLufs = -70;
const frameSeconds = 0.1;

/**
 * Filters that leave one block of figures for every 100 ms in a file. The meter's own printed summary rounds to 0.1 and
 * reads 0.0 when its log is quiet; what it writes into the frames is exact.
 */
export const loudnessMeter = (file: string): string[] => [
  filter('ebur128', { peak: 'true', metadata: 1 }),
  filter('ametadata', { mode: 'print', file }),
];

const highest = (values: readonly (number | null)[]): number | null => {
  const loudest = values.reduce<number>((most, value) => Math.max(most, value ?? gateLufs), gateLufs);
  return loudest <= gateLufs ? null : loudest;
};

export const toDb = (amplitude: number): number | null => (amplitude > 0 ? 20 * Math.log10(amplitude) : null);

/** What the meter found; the last frame sums up all before it. */
export const parseLoudness = (text: string): Loudness => {
  const frames = parseFrameMetadata(text);
  const last = frames.at(-1);
  const integrated = last?.value('r128.I') ?? gateLufs;
  return {
    integratedLufs: integrated <= gateLufs ? null : integrated,
    truePeakDbtp: toDb(last?.value('r128.true_peak') ?? 0),
    rangeLu: last?.value('r128.LRA') ?? 0,
    momentaryMaxLufs: highest(frames.map(({ value }) => value('r128.M'))),
    shortTermMaxLufs: highest(frames.map(({ value }) => value('r128.S'))),
    seconds: last === undefined ? 0 : last.seconds + frameSeconds,
  };
};

/** A figure with as many digits as it deserves; JSON has no word for minus infinity. */
export const rounded = (value: number | null, digits = 2): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.round(value * 10 ** digits) / 10 ** digits;
