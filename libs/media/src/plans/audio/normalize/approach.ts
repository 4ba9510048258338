import type { Loudness } from '../../../sound/loudness.ts';
import { ceilingDbMin } from '../../../sound/limiter.ts';

/** What is to be reached. */
export interface Goal {
  readonly lufs: number;
  readonly truePeakDbtp: number;
  /** Lossy codecs draw peaks of their own. */
  readonly isLossy: boolean;
}

/** One way to get there: a gain, and a limiter where the peak would pass. */
export interface Setting {
  readonly gainDb: number;
  readonly ceilingDb: number | null;
}

/** A setting with what the file encoded with it measures. */
export interface Tried extends Setting {
  readonly loudness: Loudness;
}

/** What is looked for, and what is delivered at worst without a warning, in LU. */
const [closeLu, toleranceLu] = [0.1, 0.3];
const gainDbMax = 80;
/** Codecs add up to 1.5 dB to peaks, now more, now less: less room than this is none to give back. */
const spareDb = 1.5;

/** How far the loudness is from the goal; sound that cannot be measured is left as it is. */
export const missLu = ({ integratedLufs }: Loudness, goal: Goal): number =>
  integratedLufs === null ? 0 : goal.lufs - integratedLufs;

export const overshootDb = ({ truePeakDbtp }: Loudness, goal: Goal): number =>
  truePeakDbtp === null ? Number.NEGATIVE_INFINITY : truePeakDbtp - goal.truePeakDbtp;

export const isClose = (loudness: Loudness, goal: Goal): boolean =>
  Math.abs(missLu(loudness, goal)) <= closeLu && overshootDb(loudness, goal) <= 0;

export const isWithin = (loudness: Loudness, goal: Goal): boolean =>
  Math.abs(missLu(loudness, goal)) <= toleranceLu && overshootDb(loudness, goal) <= 0;

const clamp = (gainDb: number): number => Math.max(-gainDbMax, Math.min(gainDbMax, Math.round(gainDb * 100) / 100));

const firstCeiling = (goal: Goal): number => goal.truePeakDbtp - (goal.isLossy ? 0.5 : 0.2);

/** The first setting: the plain difference, limited if that lifts the peak over the goal. */
export const firstSetting = (source: Loudness, goal: Goal): Setting => {
  const gainDb = clamp(missLu(source, goal));
  return { gainDb, ceilingDb: overshootDb(source, goal) + gainDb > 0 ? firstCeiling(goal) : null };
};

// Behind a limiter a dB of gain is worth less than a dB of loudness: the last two trials tell how much.
const slopeOf = (tried: readonly Tried[]): number => {
  const [before, last] = tried.slice(-2);
  const [from, to] = [before?.loudness.integratedLufs, last?.loudness.integratedLufs];
  const guess = (last ?? before)?.ceilingDb === null ? 1 : 0.7;
  if (before === undefined || last === undefined || typeof from !== 'number' || typeof to !== 'number') return guess;
  const step = last.gainDb - before.gainDb;
  return Math.abs(step) < 0.1 ? guess : Math.max(0.2, Math.min(1, (to - from) / step));
};

/** The setting to try after these; each trial corrects the one before by what was measured on the encoded file. */
export const nextSetting = (source: Loudness, tried: readonly Tried[], goal: Goal): Setting => {
  const last = tried.at(-1);
  if (last === undefined) return firstSetting(source, goal);
  const gainDb = clamp(last.gainDb + missLu(last.loudness, goal) / slopeOf(tried));
  const over = overshootDb(last.loudness, goal);
  if (over > 0)
    return { gainDb, ceilingDb: Math.max(ceilingDbMin, (last.ceilingDb ?? goal.truePeakDbtp) - over - 0.05) };
  if (last.ceilingDb === null)
    return { gainDb, ceilingDb: overshootDb(source, goal) + gainDb > 0 ? firstCeiling(goal) : null };
  // Room below the peak that is not used has to be paid for with gain: half of it is given back.
  const spare = over < -spareDb ? -over / 2 : 0;
  return { gainDb, ceilingDb: Math.min(firstCeiling(goal), last.ceilingDb + spare) };
};

/** The trial to deliver: the closest of those that stay below the peak; null when none does. */
export const bestOf = (tried: readonly Tried[], goal: Goal): Tried | null => {
  const valid = tried.filter(({ loudness }) => overshootDb(loudness, goal) <= 0);
  return valid.toSorted((a, b) => Math.abs(missLu(a.loudness, goal)) - Math.abs(missLu(b.loudness, goal)))[0] ?? null;
};
