import type { FrameScore } from './frame-scores.ts';

/** Mulberry32: a small generator whose numbers are the same everywhere for the same seed. */
const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** The middle of each of `count` equal parts. */
export const uniformTimes = (durationMs: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => Math.round(((n + 0.5) * durationMs) / count));

/** Drawn times, one per equal part so that they do not crowd, in order. */
export const randomTimes = (durationMs: number, count: number, seed: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, n) => Math.floor(((n + random()) * durationMs) / count));
};

// Thresholds from 20 s of mixed scenes: black, washed out, flat.
const isTelling = (frame: FrameScore): boolean => frame.luma >= 32 && frame.luma <= 225 && frame.spread >= 25;

const worth = (frame: FrameScore): number => frame.entropy + frame.spread / 255 - 0.05 * frame.blur;

const best = (frames: readonly FrameScore[]): FrameScore | undefined =>
  frames.reduce<FrameScore | undefined>(
    (top, frame) => (top === undefined || worth(frame) > worth(top) ? frame : top),
    undefined,
  );

const reachFrames = 2;

/** How much changes about each frame: cuts, dissolves and fades stand out, however long they take. */
const unrest = (scores: readonly FrameScore[]): ReadonlyMap<FrameScore, number> =>
  new Map(
    scores.map((frame, n) => {
      const around = scores.slice(Math.max(0, n - reachFrames + 1), n + reachFrames + 1);
      return [frame, Math.max(...around.map(({ change }) => change))];
    }),
  );

/** The calmer half; all where nothing is known of changes, as between keyframes. */
const calm = (frames: readonly FrameScore[], unrestOf: ReadonlyMap<FrameScore, number>): FrameScore[] => {
  const sorted = frames.map((frame) => unrestOf.get(frame) ?? 0).toSorted((a, b) => a - b);
  const median = sorted[(sorted.length - 1) >> 1] ?? 0;
  return frames.filter((frame) => (unrestOf.get(frame) ?? 0) <= median);
};

/** The best frame of each equal part; where a part has none worth showing, the least bad one. */
export const smartTimes = (durationMs: number, count: number, scores: readonly FrameScore[]): number[] => {
  const length = durationMs / count;
  const middles = uniformTimes(durationMs, count);
  const unrestOf = unrest(scores);
  return middles.map((middle, n) => {
    const window = scores.filter((frame) => frame.timeMs >= n * length && frame.timeMs < (n + 1) * length);
    return (best(calm(window.filter(isTelling), unrestOf)) ?? best(window))?.timeMs ?? middle;
  });
};
