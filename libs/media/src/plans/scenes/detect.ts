import { levelsOfScore } from './metrics.ts';
import type { Jump, Metrics, Sample } from './metrics.ts';

/** A change of scene. */
export interface Change {
  readonly timeMs: number;
  /** How different the pictures are, in levels of luma. */
  readonly strength: number;
}

export interface Thresholds {
  /** Least score of a cut, as scdet gives it. */
  readonly score: number;
  /** Least strength of a slow change, in levels of luma. */
  readonly slow: number;
}

/** The thresholds of a sensitivity: both grow with it, so a larger one finds less. 0.4 fits film. */
export const thresholdsOf = (sensitivity: number): Thresholds => ({
  score: 2 + 15 * sensitivity,
  slow: 5 + 25 * sensitivity,
});

/** In the dark all differences are smaller: pictures below this mean luma need less of one, down to half. */
const lightEnough = 100;
export const darkShare = 0.5;
const shareOf = (light: number): number => Math.min(1, Math.max(darkShare, light / lightEnough));

const nearest = (samples: readonly Sample[], timeMs: number): Sample | undefined => {
  let [low, high] = [0, samples.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.timeMs ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return samples[low];
};

/** A flash leaves the picture as it was: there the pictures before and behind are alike, although two jumps lie between. */
const isLasting = ({ timeMs, levels }: Jump, samples: readonly Sample[]): boolean => {
  const around = nearest(samples, timeMs);
  // At the ends of the film there is nothing to compare with.
  return around === undefined || around.span === 0 || around.span >= levels / 2;
};

const crowdMs = 1_000;
const crowdLeast = 4;

/** The jumps within a second of one. */
const around = (jumps: readonly Jump[], n: number): Jump[] => {
  const time = jumps[n]?.timeMs ?? 0;
  let [from, to] = [n, n + 1];
  while (time - (jumps[from - 1]?.timeMs ?? Number.NEGATIVE_INFINITY) <= crowdMs) from--;
  while ((jumps[to]?.timeMs ?? Number.POSITIVE_INFINITY) - time <= crowdMs) to++;
  return [...jumps.slice(from, n), ...jumps.slice(n + 1, to)];
};

/** A shaken camera jumps all the time: a jump that is no more than enough must be twice as high as those around it. */
const standsOut = (jumps: readonly Jump[], n: number, enough: number): boolean => {
  const levels = jumps[n]?.levels ?? 0;
  if (levels >= 2 * enough) return true;
  const others = around(jumps, n);
  return (
    others.length < crowdLeast || levels >= (2 * others.reduce((sum, each) => sum + each.levels, 0)) / others.length
  );
};

/** What of the change is explained by a mixture: all of it in a dissolve, nothing in a cut or a pan. */
const mixed = ({ span, mix }: Sample): number => Math.max(0, span - 2 * mix);

const flatContrast = 4;
const isFlat = ({ contrast }: Sample): boolean => contrast <= flatContrast;

/** At its strongest a dissolve is a mixture all but for what moves in it. */
const isMixture = ({ span, mix }: Sample): boolean => mix <= span / 4;

/** Runs of samples above half of the threshold, each by its highest; the upper threshold decides (twin comparison). */
const slowPeaks = (samples: readonly Sample[], least: number): Sample[] => {
  const peaks: Sample[] = [];
  const isChange = (sample: Sample): boolean => mixed(sample) >= least && isMixture(sample);
  let peak: Sample | null = null;
  for (const sample of samples) {
    if (mixed(sample) < least / 2) {
      if (peak !== null && isChange(peak)) peaks.push(peak);
      peak = null;
    } else if (peak === null || mixed(sample) > mixed(peak)) peak = sample;
  }
  return peak !== null && isChange(peak) ? [...peaks, peak] : peaks;
};

/** Two halves of one change through black or white are this close. */
const throughFlatMsMax = 3_000;

/** A fade out and the fade in behind it as one change, in the middle of what is flat between them. */
const joinFades = (peaks: readonly Sample[], samples: readonly Sample[]): Change[] => {
  const changes: Change[] = [];
  let before: Sample | null = null;
  for (const peak of peaks) {
    const since = before?.timeMs ?? Number.NEGATIVE_INFINITY;
    const flat = samples.filter(({ timeMs }) => timeMs > since && timeMs < peak.timeMs).filter(isFlat);
    const middle = flat[flat.length >> 1];
    const isSecondHalf = before !== null && peak.timeMs - since <= throughFlatMsMax && middle !== undefined;
    if (isSecondHalf && middle) changes.pop();
    changes.push({ timeMs: isSecondHalf && middle ? middle.timeMs : peak.timeMs, strength: mixed(peak) });
    before = peak;
  }
  return changes;
};

/** The part of the film that shows something: fades at its very ends change no scene. */
const shown = (samples: readonly Sample[], durationMs: number): readonly [fromMs: number, toMs: number] => {
  const seen = samples.filter((sample) => !isFlat(sample));
  return [seen[0]?.timeMs ?? 0, seen.at(-1)?.timeMs ?? durationMs];
};

/** A fade is strongest about this long after its first picture shows. */
const fadeMs = 1_500;
const besideCutMs = 600;

/**
 * The changes of scene in measured frames. A cut is a jump between two frames that lasts (Yeo and Liu, Rapid scene
 * analysis on compressed video, 1995, on spans of several frames and flashes). A dissolve or fade is where the picture in
 * the middle is the mixture of those before and behind: the linear model of edits that Lienhart (Comparison of automatic
 * shot boundary detection algorithms, 1999) describes, with the two thresholds of Zhang, Kankanhalli and Smoliar
 * (Automatic partitioning of full-motion video, 1993). In a pan the mixture is a double image, far from the picture.
 */
export const detectChanges = ({ jumps, samples }: Metrics, thresholds: Thresholds, durationMs: number): Change[] => {
  const cuts = jumps
    .filter((jump, n) => {
      const enough = levelsOfScore(thresholds.score) * shareOf(nearest(samples, jump.timeMs)?.light ?? lightEnough);
      return jump.levels >= enough && isLasting(jump, samples) && standsOut(jumps, n, enough);
    })
    .map(({ timeMs, levels }) => ({ timeMs, strength: levels }));
  const [fromMs, toMs] = shown(samples, durationMs);
  const slow = joinFades(slowPeaks(samples, thresholds.slow), samples).filter(
    ({ timeMs }) =>
      (fromMs === (samples[0]?.timeMs ?? 0) || timeMs > fromMs + fadeMs) &&
      (toMs >= (samples.at(-1)?.timeMs ?? 0) || timeMs < toMs - fadeMs) &&
      cuts.every((cut) => Math.abs(cut.timeMs - timeMs) > besideCutMs),
  );
  return [...cuts, ...slow].toSorted((a, b) => a.timeMs - b.timeMs);
};

/** The changes that leave scenes of a least length; the strongest are kept. */
export const spacedChanges = (changes: readonly Change[], leastMs: number, durationMs: number): number[] => {
  const kept: number[] = [];
  for (const { timeMs } of changes.toSorted((a, b) => b.strength - a.strength)) {
    const isInside = timeMs >= Math.max(1, leastMs) && durationMs - timeMs >= Math.max(1, leastMs);
    if (isInside && kept.every((other) => Math.abs(other - timeMs) >= leastMs && other !== timeMs)) kept.push(timeMs);
  }
  return kept.toSorted((a, b) => a - b);
};
