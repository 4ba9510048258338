import type { Place, Span } from './cue.ts';
import { spanWriter } from './spans.ts';
import type { SpanWriter } from './spans.ts';

/** Keeps a backslash from making a code of what follows; it has no width. */
const joiner = '\u2060';

const marks = /\{([^{}]*)\}|\\([Nnh{}])/g;

/** A drawing is no text. */
const isDrawing = (override: string): boolean => /\\p[1-9]/.test(override);

const applyOverride = (writer: SpanWriter, override: string): void => {
  for (const [, tag, value] of override.matchAll(/\\(b|i|u)(\d{0,3})(?![a-z\d])/g)) {
    const isOn = value === '1' || (tag === 'b' && Number(value) >= 600);
    writer.set(tag === 'b' ? 'isBold' : tag === 'i' ? 'isItalic' : 'isUnderlined', isOn);
  }
};

const placeOf = (override: string): Place | undefined => {
  const [, pad] = /\\an([1-9])/.exec(override) ?? [];
  return pad === undefined ? undefined : (Number(pad) as Place);
};

const codes: Readonly<Record<string, string>> = { N: '\n', n: ' ', h: '\u00a0', '{': '{', '}': '}' };

/** The spans of an ASS event; a drawing has none. */
export const readAssText = (
  text: string,
  look: { readonly isBold: boolean; readonly isItalic: boolean; readonly isUnderlined: boolean },
): { readonly spans: readonly Span[]; readonly place?: Place } => {
  const writer = spanWriter();
  for (const name of ['isBold', 'isItalic', 'isUnderlined'] as const) writer.set(name, look[name]);
  let [at, isDrawn] = [0, false];
  let place: Place | undefined;
  const plain = (from: number, to?: number): void => {
    if (!isDrawn) writer.text(text.slice(from, to).replaceAll(joiner, ''));
  };
  for (const mark of text.matchAll(marks)) {
    plain(at, mark.index);
    at = mark.index + mark[0].length;
    const [, override, code] = mark;
    if (code !== undefined && !isDrawn) writer.text(codes[code] ?? '');
    if (override === undefined) continue;
    applyOverride(writer, override);
    place ??= placeOf(override);
    isDrawn = /\\p0/.test(override) ? false : isDrawn || isDrawing(override);
  }
  plain(at);
  return { spans: writer.spans(), ...(place === undefined ? {} : { place }) };
};

const escapeAss = (text: string): string =>
  text
    .replaceAll('\\', `\\${joiner}`)
    .replaceAll('{', String.raw`\{`)
    .replaceAll('}', String.raw`\}`)
    .replaceAll('\n', String.raw`\N`);

/** The text of an event: braces and backslashes of the cue stay what they are. */
export const writeAssText = (spans: readonly Span[], place: Place | undefined): string =>
  [
    place === undefined ? '' : `{\\an${place}}`,
    ...spans.map((span) => {
      const on = [span.isBold ? 'b' : '', span.isItalic ? 'i' : '', span.isUnderlined ? 'u' : ''].filter(Boolean);
      const [opened, closed] = [on.map((tag) => `\\${tag}1`).join(''), on.map((tag) => `\\${tag}0`).join('')];
      return on.length === 0 ? escapeAss(span.text) : `{${opened}}${escapeAss(span.text)}{${closed}}`;
    }),
  ].join('');
