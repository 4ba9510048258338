import { plainText, type Cue } from './cue.ts';

/** As many as the renderer goes through, those of drawings and styles included. */
const lengthOf = (cue: Cue): number => Math.max(cue.ass?.rest.length ?? 0, plainText(cue).length);

/** The most characters that are on screen at one time. */
export const mostVisible = (cues: readonly Cue[]): number => {
  const changes = cues.flatMap((cue) => [
    { atMs: cue.startMs, by: lengthOf(cue) },
    { atMs: cue.endMs, by: -lengthOf(cue) },
  ]);
  let [shown, most] = [0, 0];
  // What ends at an instant makes room for what begins there.
  for (const { by } of changes.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    shown += by;
    most = Math.max(most, shown);
  }
  return most;
};
