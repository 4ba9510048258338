import type { Cue, CueSheet } from './cue.ts';
import { orderCues } from './cue.ts';
import { spanWriter } from './spans.ts';

const timeTag = /\[(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?\]/y;
const wordTag = /<\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?>/g;
const fieldLine = /^\[([a-z#]+):(.*)\]$/i;

/** A chorus comes a few times; what is longer, or comes more often, is no lyric. */
const [lettersMax, timesMax] = [1024, 32];

/** A line stays until the next, and not longer than this: a song may pause. */
const lineMsMax = 15_000;
/** Of the last line nothing tells how long it lasts. */
const lastLineMs = 5_000;

const timesIn = (line: string): { times: number[]; text: string } => {
  const times: number[] = [];
  if (line.length > lettersMax) return { times, text: '' };
  timeTag.lastIndex = 0;
  let end = 0;
  for (let match = timeTag.exec(line); match !== null && times.length < timesMax; match = timeTag.exec(line)) {
    const [, minutes, seconds, fraction = ''] = match;
    times.push((Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0')));
    end = timeTag.lastIndex;
  }
  return { times, text: line.slice(end) };
};

export const isLrc = (first: string, lines: readonly string[]): boolean =>
  (fieldLine.test(first) || timesIn(first).times.length > 0) &&
  lines.some((line) => timesIn(line.trim()).times.length > 0);

const spansOf = (text: string): Cue['spans'] => {
  const writer = spanWriter();
  writer.text(text.replaceAll(wordTag, ''));
  return writer.spans();
};

/** Reads the lyrics of a song: each line has the times at which it begins, and lasts until the next. */
export const parseLrc = (lines: readonly string[]): CueSheet => {
  const begun: { startMs: number; text: string }[] = [];
  let offsetMs = 0;
  for (const raw of lines) {
    const line = raw.trim();
    const [, name = '', value = ''] = fieldLine.exec(line) ?? [];
    if (name.toLowerCase() === 'offset') offsetMs = Math.trunc(Number(value)) || 0;
    const { times, text } = timesIn(line);
    for (const startMs of times) begun.push({ startMs, text });
  }
  // A positive offset brings the words earlier.
  const shownAt = (startMs: number): number => Math.max(0, startMs - offsetMs);
  const inOrder = begun.toSorted((a, b) => a.startMs - b.startMs);
  const starts = [...new Set(inOrder.map(({ startMs }) => startMs))];
  const nextOf = new Map(starts.map((startMs, n) => [startMs, starts[n + 1] ?? startMs + lastLineMs]));
  // An empty line only ends the one before it.
  const cues = inOrder
    .filter(({ text }) => text.trim() !== '')
    .map(({ startMs, text }): Cue => {
      const endMs = Math.min(nextOf.get(startMs) ?? startMs, startMs + lineMsMax);
      return { startMs: shownAt(startMs), endMs: shownAt(endMs), spans: spansOf(text) };
    });
  const ordered = orderCues(cues);
  return { format: 'lrc', cues: ordered.cues, notes: ordered.notes };
};
