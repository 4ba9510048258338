/** What every font for Latin text has. */
const usual = /[\u0000-\u017f\u2010-\u2026\u20ac\u2122\u266a]/u; // oxlint-disable-line no-control-regex
/** What has no shape of its own, or only one together with the letter before it. */
const shapeless = /[\p{C}\p{M}\p{Z}\u{1f3fb}-\u{1f3ff}]/u;

/** As many as a renderer’s complaints about them fit into the end of its log. */
const lettersMax = 24;

/** Letters that lie in one block are in one font, or in none. */
const blockOf = (letter: string): number => (letter.codePointAt(0) ?? 0) >> 8;

/** One letter of each block first, then the second of each: so that a few letters speak for every script. */
const spread = (letters: readonly string[]): string[] => {
  const ranks = new Map<number, number>();
  const ranked = letters.map((letter) => {
    const rank = ranks.get(blockOf(letter)) ?? 0;
    ranks.set(blockOf(letter), rank + 1);
    return { letter, rank };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ letter }) => letter);
};

/** Letters of the texts that a machine may have no font for; a few stand for many. */
export const rareLetters = (texts: Iterable<string>): string[] => {
  const letters = new Set<string>();
  for (const text of texts) for (const letter of text) letters.add(letter);
  const rare = [...letters].filter((letter) => !usual.test(letter) && !shapeless.test(letter));
  return spread(rare).slice(0, lettersMax);
};
