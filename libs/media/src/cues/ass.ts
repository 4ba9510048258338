import { readAssText, writeAssText } from './ass-text.ts';
import type { Cue, CueSheet, Place } from './cue.ts';
import { leftOut, orderCues } from './cue.ts';

/** Sections that are kept: embedded fonts and pictures would reach the decoders behind libass. */
const keptSections = new Set(['[script info]', '[v4+ styles]', '[v4 styles]']);
const oldStyles = '[v4 styles]';

const usualFields = 'layer,start,end,style,name,marginl,marginr,marginv,effect,text'.split(',');

const timeMs = (text: string): number | null => {
  const [, hours, minutes, seconds, fraction = ''] =
    /^(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?$/.exec(text) ?? [];
  if (hours === undefined) return null;
  return (
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
  );
};

/** The fields of a line by name; the last one may hold commas itself. */
const fieldsOf = (text: string, names: readonly string[]): Map<string, string> => {
  const fields = new Map<string, string>();
  let at = 0;
  for (const [n, name] of names.entries()) {
    const comma = n === names.length - 1 ? -1 : text.indexOf(',', at);
    const end = comma === -1 ? text.length : comma;
    fields.set(name, text.slice(at, end));
    at = end + 1;
  }
  return fields;
};

const namesOf = (text: string): string[] => text.split(',').map((name) => name.trim().toLowerCase());

interface Style {
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isUnderlined: boolean;
  readonly place: Place;
}

const plainStyle: Style = { isBold: false, isItalic: false, isUnderlined: false, place: 2 };

/** SSA counts 1 to 3 at the bottom, 5 to 7 at the top and 9 to 11 in the middle. */
const padOf = (alignment: number, isOld: boolean): Place => {
  const pad = isOld ? (alignment > 8 ? alignment - 5 : alignment > 4 ? alignment + 2 : alignment) : alignment;
  return pad >= 1 && pad <= 9 ? (pad as Place) : 2;
};

const styleOf = (fields: Map<string, string>, isOld: boolean): Style => {
  const isOn = (name: string): boolean => Number(fields.get(name) ?? 0) !== 0;
  return {
    isBold: isOn('bold'),
    isItalic: isOn('italic'),
    isUnderlined: isOn('underline'),
    place: padOf(Number(fields.get('alignment') ?? 2), isOld),
  };
};

const number = (text: string | undefined): number => Math.trunc(Math.abs(Number(text?.trim() || 0))) || 0;

const eventOf = (fields: Map<string, string>, styles: ReadonlyMap<string, Style>): Cue | null => {
  const [startMs, endMs] = [timeMs((fields.get('start') ?? '').trim()), timeMs((fields.get('end') ?? '').trim())];
  if (startMs === null || endMs === null) return null;
  const [name, text] = [(fields.get('style') ?? 'Default').trim().replace(/^\*/, ''), fields.get('text') ?? ''];
  const style = styles.get(name) ?? plainStyle;
  const read = readAssText(text, style);
  const place = read.place ?? style.place;
  const margins = ['marginl', 'marginr', 'marginv'].map((margin) => String(number(fields.get(margin))));
  const effect = (fields.get('effect') ?? '').trim();
  return {
    startMs,
    endMs,
    spans: read.spans,
    ...(place === 2 ? {} : { place }),
    ass: { layer: number(fields.get('layer')), rest: [name, '', ...margins, effect, text].join(',') },
  };
};

/** Reads ASS and SSA: script info, styles and dialogue. */
export const parseAss = (lines: readonly string[]): CueSheet => {
  const [head, cues, styles] = [[] as string[], [] as (Cue | null)[], new Map<string, Style>()];
  let [section, styleNames, eventNames] = ['', [] as string[], usualFields];
  for (const raw of lines) {
    const line = raw.trim();
    if (/^\[[^\]]+\]$/.test(line)) section = line.toLowerCase();
    const colon = line.indexOf(':');
    const [key, value] = [line.slice(0, Math.max(0, colon)).toLowerCase(), line.slice(colon + 1).trim()];
    if (keptSections.has(section) && line !== '' && !line.startsWith(';')) head.push(line);
    if (section === '[events]' && key === 'format') eventNames = namesOf(value);
    else if (section === '[events]' && key === 'dialogue')
      cues.push(eventOf(fieldsOf(line.slice(colon + 1).trimStart(), eventNames), styles));
    else if (!keptSections.has(section)) continue;
    else if (key === 'format') styleNames = namesOf(value);
    else if (key === 'style') {
      const fields = fieldsOf(value, styleNames);
      styles.set((fields.get('name') ?? '').trim(), styleOf(fields, section === oldStyles));
    }
  }
  const timed = cues.filter((cue) => cue !== null);
  const ordered = orderCues(timed);
  const unread = cues.length - timed.length;
  return {
    format: 'ass',
    cues: ordered.cues,
    assHead: head.join('\n'),
    notes: [...ordered.notes, ...leftOut(unread, 'no readable time')],
  };
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `0:00:01.00`: ASS counts hundredths of a second. */
const showAssTime = (time: number): string => {
  const hundredths = Math.round(time / 10);
  const seconds = Math.floor(hundredths / 100);
  const hours = Math.floor(seconds / 3600);
  return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
};

const eventFormat = 'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text';

/** An ASS script of this head; events that an ASS file wrote itself keep their own styling when `keepsOwn`. */
export const writeAss = (cues: readonly Cue[], head: string, keepsOwn: boolean): string => {
  const events = cues.map((cue) => {
    const own = keepsOwn ? cue.ass : undefined;
    const rest = own?.rest ?? `Default,,0,0,0,,${writeAssText(cue.spans, cue.place)}`;
    return `Dialogue: ${own?.layer ?? 0},${showAssTime(cue.startMs)},${showAssTime(cue.endMs)},${rest}`;
  });
  return [head.trimEnd(), '', '[Events]', eventFormat, ...events, ''].join('\n');
};
