import type { Cue, Span } from '../../../cues/cue.ts';

const breakLine: Span = { text: '\n' };

/** Cues that are shown together, as one. */
const merged = (shown: readonly Cue[], startMs: number, endMs: number): Cue => {
  const [first] = shown;
  const spans = shown.flatMap((cue, n) => (n === 0 ? cue.spans : [breakLine, ...cue.spans]));
  return { startMs, endMs, spans, ...(first?.place === undefined ? {} : { place: first.place }) };
};

/**
 * The same text without overlaps: MP4 holds one cue at a time and cuts the one before it short. Null where more than
 * `atOnceMax` cues overlap.
 */
export const oneAtATime = (cues: readonly Cue[], atOnceMax: number): Cue[] | null => {
  const times = [...new Set(cues.flatMap(({ startMs, endMs }) => [startMs, endMs]))].sort((a, b) => a - b);
  const flat: Cue[] = [];
  let [shown, next] = [[] as Cue[], 0];
  for (const [n, startMs] of times.entries()) {
    shown = shown.filter(({ endMs }) => endMs > startMs);
    for (let cue = cues[next]; cue !== undefined && cue.startMs === startMs; cue = cues[++next]) shown.push(cue);
    if (shown.length > atOnceMax) return null;
    const endMs = times[n + 1];
    const isWhole = shown.length === 1 && shown[0]?.startMs === startMs && shown[0].endMs === endMs;
    if (endMs !== undefined && shown.length > 0) flat.push(isWhole ? (shown[0] as Cue) : merged(shown, startMs, endMs));
  }
  return flat;
};
