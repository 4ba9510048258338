import type { Cue, CueSheet } from './cue.ts';
import { orderCues } from './cue.ts';
import { readTaggedText, tagNote, writeTaggedText } from './tagged-text.ts';
import { readLooseTiming, showTime, withoutTiming } from './timing.ts';
import type { Timing } from './timing.ts';

/** Reads SubRip. A line of times begins a cue, whether or not an empty line and a number stand before it. */
export const parseSrt = (lines: readonly string[]): CueSheet => {
  const found: { timing: Timing; from: number; to: number }[] = [];
  for (const [n, line] of lines.entries()) {
    const timing = readLooseTiming(line);
    if (timing === null) continue;
    const last = found.at(-1);
    if (last) last.to = /^\s*\d+\s*$/.test(lines[n - 1] ?? '') && n - 1 >= last.from ? n - 1 : n;
    found.push({ timing, from: n + 1, to: lines.length });
  }
  let dropped = 0;
  const cues = found.map(({ timing, from, to }): Cue => {
    const text = readTaggedText(lines.slice(from, to).join('\n'), false);
    dropped += text.dropped;
    const { startMs, endMs } = timing;
    return { startMs, endMs, spans: text.spans, ...(text.place ? { place: text.place } : {}) };
  });
  const ordered = orderCues(cues);
  return { format: 'srt', cues: ordered.cues, notes: [...ordered.notes, ...tagNote(dropped)] };
};

/** SRT has no escapes: only what would begin another cue is changed. */
const escapeSrt = (text: string): string => text.replaceAll('-->', '→');

const writeText = (cue: Cue): string => {
  const place = cue.place === undefined ? '' : `{\\an${cue.place}}`;
  return `${place}${writeTaggedText(cue.spans, escapeSrt)}`.split('\n').map(withoutTiming).join('\n');
};

/** SubRip in UTF-8, lines ended by `\n`. */
export const writeSrt = (cues: readonly Cue[]): string =>
  cues
    .map((cue, n) => {
      const times = `${showTime(cue.startMs, ',')} --> ${showTime(cue.endMs, ',')}`;
      return `${n + 1}\n${times}\n${writeText(cue)}\n`;
    })
    .join('\n');
