import type { Cue, CueSheet, Place, Span } from './cue.ts';
import { leftOut, orderCues } from './cue.ts';
import { spanWriter } from './spans.ts';
import type { SpanWriter } from './spans.ts';
import { clockOf, readTtmlTime } from './ttml-time.ts';
import type { Clock } from './ttml-time.ts';
import { xmlParts } from './xml.ts';

type Attributes = ReadonlyMap<string, string>;

/** An element that is open, with what it hands down. */
interface Open {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it is shown at a time of its own. */
  readonly isShown: boolean;
  readonly look: Attributes;
  readonly keepsSpace: boolean;
  readonly region: string | undefined;
  /** Where its text goes. */
  readonly writer: SpanWriter | null;
}

/** Nothing that was written for people is deeper. */
const depthMax = 64;
const root: Open = {
  name: '',
  startMs: 0,
  endMs: Number.POSITIVE_INFINITY,
  isShown: false,
  look: new Map(),
  keepsSpace: false,
  region: undefined,
  writer: null,
};

/** Whether the first element is a TTML document's. */
export const isTtml = (first: string, lines: readonly string[]): boolean => {
  if (!first.startsWith('<')) return false;
  for (const part of xmlParts(lines.join('\n').slice(0, 65_536))) if (part.kind === 'open') return part.name === 'tt';
  return false;
};

const lookNames = ['fontweight', 'fontstyle', 'textdecoration', 'displayalign', 'textalign', 'origin', 'extent'];

const looksIn = (attributes: Attributes): [string, string][] =>
  lookNames.flatMap((name) => {
    const value = attributes.get(name);
    return value === undefined ? [] : [[name, value] as [string, string]];
  });

/** The looks of the styles that an element names, then its own. */
const resolved = (attributes: Attributes, styles: ReadonlyMap<string, Attributes>): [string, string][] => [
  ...(attributes.get('style') ?? '')
    .split(/\s+/)
    .slice(0, 16)
    .flatMap((id) => [...(styles.get(id) ?? [])]),
  ...looksIn(attributes),
];

const percents = (text: string | undefined): number[] =>
  [...(text ?? '').matchAll(/(-?\d{1,6}(?:\.\d{1,6})?)%/g)].map(([, value]) => Number(value));

const placeOf = (look: Attributes): Place => {
  const align = look.get('displayalign');
  const [, top] = percents(look.get('origin'));
  const [, height = 0] = percents(look.get('extent'));
  const within = align === 'after' ? 1 : align === 'center' ? 0.5 : 0;
  // Without a place of its own a region is the whole picture, and text begins at its top.
  const at = top === undefined ? (align === undefined ? 100 : within * 100) : top + height * within;
  const row = at < 35 ? 2 : at <= 65 ? 1 : 0;
  const column = { left: 1, start: 1, right: 3, end: 3 }[look.get('textalign') ?? ''] ?? 2;
  return (row * 3 + column) as Place;
};

const applyLook = (writer: SpanWriter, look: Attributes): void => {
  writer.set('isBold', look.get('fontweight') === 'bold');
  writer.set('isItalic', ['italic', 'oblique'].includes(look.get('fontstyle') ?? ''));
  writer.set('isUnderlined', (look.get('textdecoration') ?? '').split(/\s+/).includes('underline'));
};

const opened = (
  name: string,
  attributes: Attributes,
  parent: Open,
  styles: ReadonlyMap<string, Attributes>,
  clock: Clock,
): Open => {
  const [begin, end, duration] = ['begin', 'end', 'dur'].map((key) => readTtmlTime(attributes.get(key), clock));
  const startMs = parent.startMs + (begin ?? 0);
  const ends = [
    parent.endMs,
    ...(end === null || end === undefined ? [] : [parent.startMs + end]),
    ...(duration === null || duration === undefined ? [] : [startMs + duration]),
  ];
  const hasTime = [begin, end, duration].some((time) => time !== null);
  const isShown = name === 'p' || (name === 'span' && hasTime);
  return {
    name,
    startMs,
    endMs: Math.min(...ends),
    isShown,
    look: new Map([...parent.look, ...resolved(attributes, styles)]),
    keepsSpace: attributes.has('space') ? attributes.get('space') === 'preserve' : parent.keepsSpace,
    region: attributes.get('region') ?? parent.region,
    writer: isShown ? spanWriter() : parent.writer,
  };
};

/** Without the blanks that indentation leaves before a break. */
const trimLines = (span: Span): Span => ({ ...span, text: span.text.replaceAll(/ {1,2}\n/g, '\n') });

interface Found extends Pick<Open, 'startMs' | 'endMs' | 'region' | 'look'> {
  readonly spans: Cue['spans'];
}

/** Reads TTML, which is DFXP under its older name. */
export const parseTtml = (lines: readonly string[]): CueSheet => {
  const [styles, regions] = [new Map<string, Attributes>(), new Map<string, Attributes>()];
  const found: Found[] = [];
  const path: Open[] = [root];
  let clock = clockOf(new Map());
  let regionId: string | undefined;
  let isTooDeep = false;
  const top = (): Open => path.at(-1) ?? root;
  const close = (name: string): void => {
    const at = path.findLastIndex((each) => each.name === name);
    if (at < 1) return;
    for (const { isShown, writer, ...each } of path.splice(at).toReversed()) {
      const spans = isShown ? (writer?.spans() ?? []) : [];
      // A paragraph whose words have times of their own has no text itself.
      if (spans.length > 0) found.push({ ...each, spans: spans.map(trimLines) });
    }
  };
  for (const part of xmlParts(lines.join('\n'))) {
    if (part.kind === 'text') {
      const { writer, look, keepsSpace } = top();
      if (writer === null) continue;
      applyLook(writer, look);
      writer.text(keepsSpace ? part.text : part.text.replaceAll(/\s+/g, ' '));
      continue;
    }
    if (part.kind === 'close') {
      close(part.name);
      continue;
    }
    const { name, attributes } = part;
    if (name === 'tt') clock = clockOf(attributes);
    if (name === 'br') top().writer?.text('\n');
    const id = attributes.get('id') ?? '';
    if (name === 'region') regionId = id;
    if (name === 'region' || name === 'style') {
      const isOfRegion = name === 'style' && top().name === 'region' && regionId !== undefined;
      const [table, key] = name === 'region' || isOfRegion ? [regions, regionId ?? ''] : [styles, id];
      table.set(key, new Map([...(table.get(key) ?? []), ...resolved(attributes, styles)]));
    }
    isTooDeep = path.length > depthMax;
    if (isTooDeep) break;
    path.push(opened(name, attributes, top(), styles, clock));
  }
  for (const name of ['span', 'p']) close(name);
  const timed = found.filter(({ endMs }) => endMs !== Number.POSITIVE_INFINITY);
  const cues = timed.map(({ startMs, endMs, spans, region, look }): Cue => {
    const place = placeOf(new Map([...(regions.get(region ?? '') ?? []), ...look]));
    return { startMs, endMs, spans, ...(place === 2 ? {} : { place }) };
  });
  const ordered = orderCues(cues);
  return {
    format: 'ttml',
    cues: ordered.cues,
    notes: [
      ...ordered.notes,
      ...leftOut(found.length - timed.length, 'no readable time'),
      ...(isTooDeep ? ['elements lie too deep within others: what follows them is left out'] : []),
    ],
  };
};
