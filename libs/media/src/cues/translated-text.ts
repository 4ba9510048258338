import { writeAssText } from './ass-text.ts';
import type { Cue } from './cue.ts';
import { hasText } from './cue.ts';
import { readTaggedText, writeTaggedText } from './tagged-text.ts';

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br/>');

/** The texts that a translator gets, as HTML: it keeps tags where they belong, and turns its own escapes alike. */
export const translatableTexts = (cues: readonly Cue[]): string[] =>
  cues.filter(hasText).map((cue) => writeTaggedText(cue.spans, escapeMarkup));

/** An event of an ASS file keeps its style and what it says of its looks before the first letter. */
const assEvent = (ass: NonNullable<Cue['ass']>, cue: Cue): Cue['ass'] => {
  const fields = ass.rest.split(',');
  const [opening = ''] = /^(?:\{[^{}]*\})*/.exec(fields.slice(6).join(',')) ?? [];
  return { ...ass, rest: [...fields.slice(0, 6), `${opening}${writeAssText(cue.spans, cue.place)}`].join(',') };
};

const translated = (cue: Cue, text: string): Cue => {
  const { spans } = readTaggedText(text.replaceAll(/\s*<br\s*\/?>\s*/gi, '\n'), true);
  // A text that came back empty is better read in its own language than not at all.
  if (spans.length === 0) return cue;
  const made = { ...cue, spans, ...(cue.vtt?.text === undefined ? {} : { vtt: { ...cue.vtt, text: undefined } }) };
  return cue.ass === undefined ? made : { ...made, ass: assEvent(cue.ass, made) };
};

/** The cues with other texts; null where there is not one for each that has any. */
export const withTexts = (cues: readonly Cue[], texts: readonly string[]): Cue[] | null => {
  const left = texts.values();
  const made = cues.map((cue) => (hasText(cue) ? translated(cue, left.next().value ?? '') : cue));
  return texts.length === cues.filter(hasText).length ? made : null;
};
