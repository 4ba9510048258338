import type { Cue, CueSheet } from './cue.ts';
import { leftOut, orderCues } from './cue.ts';
import { spanWriter } from './spans.ts';

const cueLine = /^\{(\d{1,8})\}\{(\d{0,8})\}(.*)$/;

/** What most of these files were made for, and players assume: film that was slowed down for NTSC. */
const usualRate = 24_000 / 1001;
/** Where a line names no end, and none follows. */
const lastLineMs = 5_000;

export const isMicroDvd = (first: string): boolean => cueLine.test(first);

/** A first line such as `{1}{1}25.000` names the rate, and is no text. */
const rateIn = (line: string): number | null => {
  const [, start, end, text = ''] = cueLine.exec(line.trim()) ?? [];
  const rate = Number(text.trim().replace(',', '.'));
  return start !== undefined && start === end && rate >= 1 && rate <= 240 ? rate : null;
};

const looks = { b: 'isBold', i: 'isItalic', u: 'isUnderlined' } as const;

/** `{y:i,b}` before a line of text is its look, `{Y:i}` that of the whole cue; a slash is an older italic. */
const spansOf = (text: string): { spans: Cue['spans']; dropped: number } => {
  const writer = spanWriter();
  let dropped = 0;
  const whole = new Set<string>();
  for (const [n, line] of text.split('|').entries()) {
    const [codes = ''] = /^(?:\{[A-Za-z]:[^{}]*\})*/.exec(line) ?? [];
    const own = new Set<string>();
    for (const [, name = '', value = ''] of codes.matchAll(/\{([A-Za-z]):([^{}]*)\}/g))
      if (name.toLowerCase() === 'y') for (const letter of value.split(',')) (name === 'Y' ? whole : own).add(letter);
      else dropped++;
    const rest = line.slice(codes.length);
    const isSlanted = rest.startsWith('/');
    for (const [letter, look] of Object.entries(looks))
      writer.set(look, own.has(letter) || whole.has(letter) || (letter === 'i' && isSlanted));
    writer.text(`${n === 0 ? '' : '\n'}${isSlanted ? rest.slice(1) : rest}`);
  }
  return { spans: writer.spans(), dropped };
};

const codeNote = (dropped: number): string[] =>
  dropped === 0 ? [] : [`${dropped === 1 ? '1 code is' : `${dropped} codes are`} left out: only looks are kept`];

const rateNote = 'the file names no frame rate: 23.976 is taken';

/** Reads MicroDVD, whose times are numbers of frames. */
export const parseMicroDvd = (lines: readonly string[]): CueSheet => {
  const written = lines.filter((line) => line.trim() !== '');
  const rate = rateIn(written[0] ?? '');
  const said = rate === null ? written : written.slice(1);
  const found = said.flatMap((line) => {
    const [, start, end = '', text = ''] = cueLine.exec(line.trim()) ?? [];
    return start === undefined ? [] : [{ start: Number(start), end, text }];
  });
  const timeOf = (frame: number): number => Math.round((frame * 1000) / (rate ?? usualRate));
  let dropped = 0;
  const cues = found.map(({ start, end, text }, n): Cue => {
    const read = spansOf(text);
    dropped += read.dropped;
    const next = found[n + 1]?.start;
    const startMs = timeOf(start);
    const endMs = end !== '' ? timeOf(Number(end)) : next === undefined ? startMs + lastLineMs : timeOf(next);
    return { startMs, endMs, spans: read.spans };
  });
  const ordered = orderCues(cues);
  return {
    format: 'microdvd',
    cues: ordered.cues,
    notes: [
      ...ordered.notes,
      ...leftOut(said.length - found.length, 'no readable time'),
      ...codeNote(dropped),
      ...(rate === null ? [rateNote] : []),
    ],
    ...(rate === null ? { takenRate: usualRate } : {}),
  };
};

/** The sheet at the frame rate of the film that it is for, as players show it; one that names its rate, or needs none, as it is. */
export const atRateOf = <Sheet extends CueSheet>(sheet: Sheet, framesPerSecond: number): Sheet => {
  const { takenRate, cues, notes } = sheet;
  if (takenRate === undefined || !(framesPerSecond > 0)) return sheet;
  const retimed = (timeMs: number): number => Math.round((timeMs * takenRate) / framesPerSecond);
  return {
    ...sheet,
    takenRate: undefined,
    notes: notes.filter((note) => note !== rateNote),
    cues: cues.map((cue) => ({ ...cue, startMs: retimed(cue.startMs), endMs: retimed(cue.endMs) })),
  };
};
