import type { Cue, CueSheet } from './cue.ts';
import { orderCues } from './cue.ts';
import { readTaggedText, tagNote } from './tagged-text.ts';
import { readTiming } from './timing.ts';
import type { Timing } from './timing.ts';

const timingLine = /^(\d{1,4}:\d{2}:\d{2}\.\d{1,3}),(\d{1,4}:\d{2}:\d{2}\.\d{1,3})$/;

const timingOf = (line: string): Timing | null => {
  const [, start, end] = timingLine.exec(line.trim()) ?? [];
  return start === undefined ? null : readTiming(`${start} --> ${end}`);
};

export const isSbv = (first: string): boolean => timingLine.test(first);

/** Reads SubViewer as YouTube writes it: a line of two times, then the text up to the next. */
export const parseSbv = (lines: readonly string[]): CueSheet => {
  const found: { timing: Timing; texts: string[] }[] = [];
  for (const line of lines) {
    const timing = timingOf(line);
    if (timing === null) found.at(-1)?.texts.push(line);
    else found.push({ timing, texts: [] });
  }
  let dropped = 0;
  const cues = found.map(({ timing, texts }): Cue => {
    const text = readTaggedText(texts.join('\n').replaceAll('[br]', '\n'), false);
    dropped += text.dropped;
    return { startMs: timing.startMs, endMs: timing.endMs, spans: text.spans };
  });
  const ordered = orderCues(cues);
  return { format: 'sbv', cues: ordered.cues, notes: [...ordered.notes, ...tagNote(dropped)] };
};
