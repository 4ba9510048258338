import type { Span } from './cue.ts';

type Look = 'isBold' | 'isItalic' | 'isUnderlined';
type Looks = { [look in Look]: number };

/** Collects text in looks that open and close, in whatever order they are nested. */
export interface SpanWriter {
  text(text: string): void;
  open(look: Look): void;
  close(look: Look): void;
  /** Sets a look whatever was open before. */
  set(look: Look, isOn: boolean): void;
  /** What was written, without empty lines. */
  spans(): Span[];
}

const lookOf = (open: Looks): Omit<Span, 'text'> => ({
  ...(open.isBold > 0 ? { isBold: true as const } : {}),
  ...(open.isItalic > 0 ? { isItalic: true as const } : {}),
  ...(open.isUnderlined > 0 ? { isUnderlined: true as const } : {}),
});

const sameLook = (a: Omit<Span, 'text'>, b: Omit<Span, 'text'>): boolean =>
  a.isBold === b.isBold && a.isItalic === b.isItalic && a.isUnderlined === b.isUnderlined;

/** Without the empty lines, which end a cue in SRT and WebVTT. */
const withoutEmptyLines = (spans: readonly Span[]): Span[] => {
  const kept: Span[] = [];
  let isLineEmpty = true;
  for (const span of spans) {
    let text = '';
    for (const [n, line] of span.text.split('\n').entries()) {
      if (n > 0 && !isLineEmpty) {
        text += '\n';
        isLineEmpty = true;
      }
      text += isLineEmpty ? line.trimStart() : line;
      if (line.trim() !== '') isLineEmpty = false;
    }
    if (text !== '') kept.push({ ...span, text });
  }
  return kept;
};

const trimmedEnd = (spans: Span[]): Span[] => {
  for (let last = spans.pop(); last !== undefined; last = spans.pop()) {
    const text = last.text.trimEnd();
    if (text !== '') return [...spans, { ...last, text }];
  }
  return [];
};

export const spanWriter = (): SpanWriter => {
  const open: Looks = { isBold: 0, isItalic: 0, isUnderlined: 0 };
  const parts: { look: Omit<Span, 'text'>; texts: string[] }[] = [];
  return {
    text: (text) => {
      const look = lookOf(open);
      const last = parts.at(-1);
      if (last && sameLook(last.look, look)) last.texts.push(text);
      else parts.push({ look, texts: [text] });
    },
    open: (look) => void open[look]++,
    close: (look) => void (open[look] = Math.max(0, open[look] - 1)),
    set: (look, isOn) => void (open[look] = isOn ? 1 : 0),
    spans: () => trimmedEnd(withoutEmptyLines(parts.map(({ look, texts }) => ({ text: texts.join(''), ...look })))),
  };
};
