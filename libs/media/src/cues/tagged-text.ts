import type { Place, Span } from './cue.ts';
import { spanWriter } from './spans.ts';
import type { SpanWriter } from './spans.ts';

/** A text with the tags of SRT or WebVTT, read. */
export interface TaggedText {
  readonly spans: readonly Span[];
  readonly place?: Place;
  /** Tags of other kinds than b, i and u; they are left out. */
  readonly dropped: number;
}

const looks = { b: 'isBold', i: 'isItalic', u: 'isUnderlined' } as const;
const isLook = (name: string): name is keyof typeof looks => Object.hasOwn(looks, name);

/** A tag, a time inside of a WebVTT cue, or an override block as SRT files borrow it from ASS. Each part ends at the first bracket. */
const marks = /<(\/?)([a-z][a-z0-9]*)((?:[\s.][^<>]*)?)\/?>|<(?:\d+:)*\d+[.:]\d+>|\{\\([^{}\n]*)\}/gi;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
};

const characterOf = (code: number): string =>
  code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (all, decimal, hex, name: string | undefined) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    return entities[name ?? ''] ?? all;
  });

const placeOf = (override: string): Place | undefined => {
  const found = /\\an([1-9])/.exec(`\\${override}`)?.[1];
  return found === undefined ? undefined : (Number(found) as Place);
};

const applyTag = (writer: SpanWriter, name: string, isEnd: boolean): boolean => {
  const tag = name.toLowerCase();
  if (!isLook(tag)) return false;
  if (isEnd) writer.close(looks[tag]);
  else writer.open(looks[tag]);
  return true;
};

/** The spans of a cue's text; `&lt;` and its like mean something in WebVTT only. */
export const readTaggedText = (text: string, hasEntities: boolean): TaggedText => {
  const writer = spanWriter();
  const plain = (from: number, to?: number): void => {
    const part = text.slice(from, to);
    if (part !== '') writer.text(hasEntities ? decodeEntities(part) : part);
  };
  let [at, dropped] = [0, 0];
  let place: Place | undefined;
  for (const mark of text.matchAll(marks)) {
    plain(at, mark.index);
    at = mark.index + mark[0].length;
    const [, slash, name, , override] = mark;
    if (override !== undefined) place ??= placeOf(override);
    const isKnown =
      override === undefined ? applyTag(writer, name ?? '', slash === '/') : placeOf(override) !== undefined;
    if (!isKnown) dropped++;
  }
  plain(at);
  return { spans: writer.spans(), ...(place === undefined || place === 2 ? {} : { place }), dropped };
};

/** A note on tags that are not in the output. */
export const tagNote = (dropped: number): string[] => {
  if (dropped === 0) return [];
  return [`${dropped === 1 ? '1 tag is' : `${dropped} tags are`} left out: only bold, italics and underlines are kept`];
};

/** The spans with their tags; `escape` makes plain text of what would be read as a tag. */
export const writeTaggedText = (spans: readonly Span[], escape: (text: string) => string): string =>
  spans
    .map((span) => {
      const tags = [span.isBold ? 'b' : '', span.isItalic ? 'i' : '', span.isUnderlined ? 'u' : ''].filter(Boolean);
      const [opened, closed] = [tags.map((tag) => `<${tag}>`), tags.toReversed().map((tag) => `</${tag}>`)];
      return `${opened.join('')}${escape(span.text)}${closed.join('')}`;
    })
    .join('');
