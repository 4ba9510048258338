import { plainAssHead } from '../cues/ass-style.ts';
import type { FilterOptions } from '../filtergraph/filter.ts';
import type { DrawnLetters } from '../plans/plan.ts';
import { probeRenderer } from './probe-renderer.ts';
import { headIn } from './font-choice.ts';

/** A step that draws a few letters, to hear from the renderer which of them it has no font for. */
export const glyphCheck = ({ letters, font }: DrawnLetters, fontsDir?: string): ReturnType<typeof probeRenderer> => {
  const head = font === null ? plainAssHead : headIn(font);
  const fonts: FilterOptions = fontsDir === undefined ? {} : { fontsdir: fontsDir };
  return probeRenderer({ id: 'glyphs', text: letters.join(' '), head, fonts });
};

/** What the renderer says of a letter that the named font lacks, and of one that no font has. */
const notInFont = /Glyph 0x([0-9a-f]{1,6}) not found/i;
const inNoFont =
  /failed to find any fallback with glyph 0x([0-9a-f]{1,6})\b|\[error\] Glyph 0x([0-9a-f]{1,6}) not found in font/i;

/** Debian's packages by the letters that are in them. */
const packages: readonly (readonly [RegExp, string])[] = [
  [
    /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Bopomofo}\u3000-\u303f\uff00-\uffef]/u,
    'fonts-noto-cjk',
  ],
  [/\p{Extended_Pictographic}/u, 'fonts-symbola'],
];
const otherPackage = 'fonts-noto-core';

const shownMax = 8;

/** A warning that names the letters which will be boxes, and what helps. */
export const glyphWarnings = ({ letters, font }: DrawnLetters, log: readonly string[]): string[] => {
  const pattern = font === null ? inNoFont : notInFont;
  const named = new Set(
    log.map((line) => {
      const [, first, second] = pattern.exec(line) ?? [];
      return Number.parseInt(first ?? second ?? '', 16);
    }),
  );
  const missing = letters.filter((letter) => named.has(letter.codePointAt(0) ?? 0));
  if (missing.length === 0) return [];
  const shown = `${missing.slice(0, shownMax).join(' ')}${missing.length > shownMax ? ' and others' : ''}`;
  const wanted = missing.map(
    (letter) => packages.find(([letterPattern]) => letterPattern.test(letter))?.[1] ?? otherPackage,
  );
  return [
    font === null
      ? `no font has ${shown}, drawn as boxes: install fonts for them on the workers (Debian: ${[...new Set(wanted)].join(', ')})`
      : `the font ${font} does not have ${shown}, drawn as boxes: subtitles that are burnt in take every font of the worker`,
  ];
};
