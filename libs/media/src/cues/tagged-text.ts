import type { Place, Span } from './cue.ts';
import { decodeEntities } from './entities.ts';
import { spanWriter } from './spans.ts';
import type { SpanWriter } from './spans.ts';

/** A text with the tags of SRT or WebVTT, read. */
export interface TaggedText {
  readonly spans: readonly Span[];
  readonly place?: Place;
  /** Tags of other kinds than b, i and u; they are left out. */
  readonly dropped: number;
  /** Those of them that WebVTT does not know either. */
  readonly foreign: number;
}

const looks = { b: 'isBold', i: 'isItalic', u: 'isUnderlined' } as const;
const isLook = (name: string): name is keyof typeof looks => Object.hasOwn(looks, name);

/** A tag, a time inside of a WebVTT cue, or an override block as SRT files borrow it from ASS. Each part ends at the first bracket. */
const marks = /<(\/?)([a-z][a-z0-9]*)((?:[\s.][^<>]*)?)\/?>|<(?:\d+:)*\d+[.:]\d+>|\{\\([^{}\n]*)\}/gi;

const placeOf = (override: string): Place | undefined => {
  const found = /\\an([1-9])/.exec(`\\${override}`)?.[1];
  return found === undefined ? undefined : (Number(found) as Place);
};

/** Looks as ASS switches them, `{\i1}`; whether there was one. */
const applyOverride = (writer: SpanWriter, override: string): boolean => {
  const switches = [...override.matchAll(/(?:^|\\)([biu])([01])(?![a-z\d])/g)];
  for (const [, tag, value] of switches) writer.set(looks[tag as keyof typeof looks], value === '1');
  return switches.length > 0;
};

const applyTag = (writer: SpanWriter, name: string, isEnd: boolean): boolean => {
  const tag = name.toLowerCase();
  if (tag === 'br') writer.text('\n');
  if (!isLook(tag)) return tag === 'br';
  if (isEnd) writer.close(looks[tag]);
  else writer.open(looks[tag]);
  return true;
};

const vttTags = new Set(['b', 'i', 'u', 'c', 'v', 'lang', 'ruby', 'rt']);

/** A tag of WebVTT, or a time within its cue. */
const isOfVtt = (mark: string, name: string | undefined): boolean =>
  mark.startsWith('<') && (name === undefined || vttTags.has(name));

/** The text of a WebVTT cue with its own tags, and without those of other formats. */
export const vttText = (text: string): string =>
  text.replaceAll(marks, (mark: string, _slash: unknown, name: string | undefined) =>
    isOfVtt(mark, name) ? mark : '',
  );

/** The spans of a cue's text; `&lt;` and its like mean something in WebVTT only. */
export const readTaggedText = (text: string, hasEntities: boolean): TaggedText => {
  const writer = spanWriter();
  const plain = (from: number, to?: number): void => {
    const part = text.slice(from, to);
    if (part !== '') writer.text(hasEntities ? decodeEntities(part) : part);
  };
  let [at, dropped, foreign] = [0, 0, 0];
  let place: Place | undefined;
  for (const mark of text.matchAll(marks)) {
    plain(at, mark.index);
    at = mark.index + mark[0].length;
    const [, slash, name, , override] = mark;
    if (override !== undefined) place ??= placeOf(override);
    const isKnown =
      override === undefined
        ? applyTag(writer, name ?? '', slash === '/')
        : applyOverride(writer, override) || placeOf(override) !== undefined;
    if (isKnown) continue;
    dropped++;
    if (!isOfVtt(mark[0], name)) foreign++;
  }
  plain(at);
  return { spans: writer.spans(), ...(place === undefined || place === 2 ? {} : { place }), dropped, foreign };
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
