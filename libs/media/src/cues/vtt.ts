import { table } from '@ffapi/contracts';
import type { Cue, CueSheet, Place } from './cue.ts';
import { orderCues } from './cue.ts';
import { readTaggedText, tagNote, writeTaggedText } from './tagged-text.ts';
import { readTiming, showTime } from './timing.ts';

const rowOf = (line: string): number => {
  const [, digits = '', percent] = /^(-?\d{1,6})(?:\.\d*)?(%?)/.exec(line) ?? [];
  if (digits === '') return 0;
  const value = Number(digits);
  // Without a percent sign lines are counted, of about fifteen: from the top, negative ones from the bottom.
  if (percent === '') return value < 0 || value >= 10 ? 0 : value < 5 ? 2 : 1;
  return value < 35 ? 2 : value <= 65 ? 1 : 0;
};

const columns = table({ start: 1, left: 1, end: 3, right: 3 });

/** The nearest place of the number pad for WebVTT's settings. */
const placeOf = (settings: string): Place => {
  const given = new Map(settings.split(/\s/).map((each) => each.split(':') as [string, string | undefined]));
  return (rowOf(given.get('line') ?? '') * 3 + (columns[given.get('align') ?? ''] ?? 2)) as Place;
};

const settingsOf = (place: Place): string => {
  const [row, column] = [Math.ceil(place / 3), ((place - 1) % 3) + 1];
  return [
    ...(row === 3 ? [' line:0'] : row === 2 ? [' line:50%'] : []),
    ...(column === 1 ? [' position:0% align:start'] : column === 3 ? [' position:100% align:end'] : []),
  ].join('');
};

const endOfText = (lines: readonly string[], from: number): number => {
  let to = from;
  while (to < lines.length && lines[to]?.trim() !== '' && !lines[to]?.includes('-->')) to++;
  return to;
};

const styleNote = (lines: readonly string[]): string[] =>
  lines.some((line) => /^(STYLE|REGION)\s*$/.test(line)) ? ['styles and regions are left out'] : [];

/** Reads WebVTT: notes, styles and regions have no line of times, and are passed over. */
export const parseVtt = (lines: readonly string[]): CueSheet => {
  const cues: Cue[] = [];
  let dropped = 0;
  for (let n = 0; n < lines.length; n++) {
    const timing = readTiming(lines[n] ?? '');
    if (timing === null) continue;
    const to = endOfText(lines, n + 1);
    const text = readTaggedText(lines.slice(n + 1, to).join('\n'), true);
    const place = text.place ?? placeOf(timing.settings);
    dropped += text.dropped;
    const { startMs, endMs } = timing;
    cues.push({ startMs, endMs, spans: text.spans, ...(place === 2 ? {} : { place }) });
    n = to - 1;
  }
  const ordered = orderCues(cues);
  return { format: 'vtt', cues: ordered.cues, notes: [...ordered.notes, ...tagNote(dropped), ...styleNote(lines)] };
};

const escapeVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** WebVTT in UTF-8. */
export const writeVtt = (cues: readonly Cue[]): string =>
  [
    'WEBVTT\n',
    ...cues.map((cue) => {
      const settings = cue.place === undefined ? '' : settingsOf(cue.place);
      const times = `${showTime(cue.startMs, '.')} --> ${showTime(cue.endMs, '.')}`;
      return `${times}${settings}\n${writeTaggedText(cue.spans, escapeVtt)}\n`;
    }),
  ].join('\n');
