import { table } from '@ffapi/contracts';
import type { Cue, CueSheet, Place } from './cue.ts';
import { orderCues } from './cue.ts';
import { readTaggedText, tagNote, vttText, writeTaggedText } from './tagged-text.ts';
import type { TaggedText } from './tagged-text.ts';
import { readTiming, showTime } from './timing.ts';
import { endOfBlock, ownHead, styleNote } from './vtt-head.ts';

const rowOf = (line: string): number => {
  const [, digits = '', percent] = /^(-?\d{1,6})(?:\.\d*)?(%?)/.exec(line) ?? [];
  if (digits === '') return 0;
  const value = Number(digits);
  // Without a percent sign lines are counted, of about fifteen: from the top, negative ones from the bottom.
  if (percent === '') return value < 0 || value >= 10 ? 0 : value < 5 ? 2 : 1;
  return value < 35 ? 2 : value <= 65 ? 1 : 0;
};

const columns = table({ start: 1, left: 1, end: 3, right: 3 });

const settingNames = new Set(['vertical', 'line', 'position', 'size', 'align', 'region']);

/** Settings of the standard, by name; others are passed over, as players do. */
const settingsIn = (text: string): Map<string, string> =>
  new Map(
    text.split(/[ \t]+/).flatMap((each) => {
      const [, name = '', value = ''] = /^([a-z]+):(\S+)$/.exec(each) ?? [];
      return settingNames.has(name) && !value.includes('-->') ? [[name, value]] : [];
    }),
  );

/** The nearest place of the number pad for WebVTT's settings. */
const placeOf = (settings: ReadonlyMap<string, string>): Place =>
  (rowOf(settings.get('line') ?? '') * 3 + (columns[settings.get('align') ?? ''] ?? 2)) as Place;

const settingsOf = (place: Place): string => {
  const [row, column] = [Math.ceil(place / 3), ((place - 1) % 3) + 1];
  return [
    ...(row === 3 ? [' line:0'] : row === 2 ? [' line:50%'] : []),
    ...(column === 1 ? [' position:0% align:start'] : column === 3 ? [' position:100% align:end'] : []),
  ].join('');
};

const escapeVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What the cue says that its place and spans do not. */
const ownOf = (
  id: string,
  settings: ReadonlyMap<string, string>,
  place: Place,
  raw: string,
  text: TaggedText,
): Cue['vtt'] => {
  const written = [...settings].map(([name, value]) => ` ${name}:${value}`).join('');
  const own = {
    ...(id === '' || /^\d+$/.test(id) ? {} : { id }),
    ...(written === settingsOf(place) ? {} : { settings: written }),
    ...(text.dropped === text.foreign || text.place !== undefined ? {} : { text: vttText(raw) }),
  };
  return Object.keys(own).length === 0 ? undefined : own;
};

/** The line that alone stands before the times. */
const idBefore = (lines: readonly string[], at: number): string => {
  const line = lines[at - 2] === '' ? (lines[at - 1] ?? '') : '';
  return /^(NOTE|STYLE|REGION|WEBVTT)(\s|$)|-->/.test(line) ? '' : line.trim();
};

/** Reads WebVTT: notes, styles and regions have no line of times, and are passed over. */
export const parseVtt = (lines: readonly string[]): CueSheet => {
  const cues: Cue[] = [];
  let [dropped, foreign] = [0, 0];
  for (let n = 0; n < lines.length; n++) {
    const timing = readTiming(lines[n] ?? '');
    if (timing === null) continue;
    const to = endOfBlock(lines, n + 1);
    const raw = lines.slice(n + 1, to).join('\n');
    const text = readTaggedText(raw, true);
    const settings = settingsIn(timing.settings);
    const place = text.place ?? placeOf(settings);
    const vtt = ownOf(idBefore(lines, n), settings, place, raw, text);
    dropped += text.dropped;
    foreign += text.foreign;
    const { startMs, endMs } = timing;
    cues.push({ startMs, endMs, spans: text.spans, ...(place === 2 ? {} : { place }), ...(vtt ? { vtt } : {}) });
    n = to - 1;
  }
  const ordered = orderCues(cues);
  const vttHead = ownHead(lines);
  return {
    format: 'vtt',
    cues: ordered.cues,
    ...(vttHead === '' ? {} : { vttHead }),
    notes: [...ordered.notes, ...tagNote(dropped), ...styleNote(lines)],
    ownNotes: [...ordered.notes, ...tagNote(foreign)],
  };
};

/** WebVTT in UTF-8; `head` are the header, styles and regions of the file that the cues come from. */
export const writeVtt = (cues: readonly Cue[], head?: string): string =>
  [
    head ?? 'WEBVTT\n',
    ...cues.map((cue) => {
      const { id, settings = cue.place === undefined ? '' : settingsOf(cue.place), text } = cue.vtt ?? {};
      const times = `${showTime(cue.startMs, '.')} --> ${showTime(cue.endMs, '.')}`;
      const own = text ?? writeTaggedText(cue.spans, escapeVtt);
      return `${id === undefined ? '' : `${id}\n`}${times}${settings}\n${own}\n`;
    }),
  ].join('\n');
