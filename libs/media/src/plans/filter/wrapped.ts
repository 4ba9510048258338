/** Letters by the most that they take of an em in DejaVu Sans, which is wider than almost all others, in hundredths. */
const classes: readonly (readonly [hundredths: number, letters: string])[] = [
  [30, "'IJijl"],
  [35, ' ,./:;\\f|'],
  [40, '!()-[]t'],
  [45, 'r'],
  [50, '"*_`'],
  [55, '?csz'],
  [60, 'FLPkvxy'],
  [65, '$0123456789ESTYabdeghnopqu{}'],
  [70, 'ABCKRVXZ'],
  [75, 'HNU'],
  [80, '&DGOQ'],
  [85, '#+<=>^w~'],
  [90, 'M'],
  [95, '%'],
  [100, '@Wm'],
];
const widths: ReadonlyMap<string, number> = new Map(
  classes.flatMap(([hundredths, letters]) => [...letters].map((letter) => [letter, hundredths / 100] as const)),
);
/** Of letters between those and the ideographs, which fill an em. */
const usualWidth = 0.75;
const isWide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Extended_Pictographic}\uff01-\uff60]/u;

const widthOf = (grapheme: string): number => widths.get(grapheme) ?? (isWide.test(grapheme) ? 1 : usualWidth);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const lettersOf = (text: string): string[] => [...graphemes.segment(text)].map(({ segment }) => segment);
const emsOf = (text: string): number => lettersOf(text).reduce((sum, letter) => sum + widthOf(letter), 0);

/** A word that is wider than a line, in parts that are not. */
const parts = (word: string, emsMax: number): string[] => {
  const found: string[] = [];
  let [part, ems] = ['', 0];
  for (const letter of lettersOf(word)) {
    const width = widthOf(letter);
    if (part !== '' && ems + width > emsMax) {
      found.push(part);
      [part, ems] = ['', 0];
    }
    [part, ems] = [part + letter, ems + width];
  }
  return part === '' ? found : [...found, part];
};

const wrapLine = (line: string, emsMax: number): string[] => {
  if (emsOf(line) <= emsMax) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((each) => parts(each, emsMax))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && emsOf(longer) > emsMax) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
};

/** A text in lines that are no wider than this: FFmpeg lets what is longer stick out on both sides. */
export const wrapped = (text: string, fontSize: number, widthMax: number): string =>
  text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .flatMap((line) => wrapLine(line, Math.max(1, widthMax / fontSize)))
    .join('\n');
