/** How many letters must be changed, added, left out or swapped with the next to make one word of the other. */
export const editDistance = (one: string, other: string): number => {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const [above = [], before = []] = [rows[i - 1], rows[i - 2]];
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + cost,
        isSwap ? (before[j - 2] ?? 0) + 1 : Infinity,
      );
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? 0;
};

/** How short a name may be, and how many letters of it stand for one mistake. */
export interface Likeness {
  readonly lettersMin: number;
  readonly lettersPerMistake: number;
}

/** Among the names of a whole environment, most of them others': short ones resemble too much. */
const loose: Likeness = { lettersMin: 8, lettersPerMistake: 6 };

/** Among the few names that one place knows. */
export const closeBy: Likeness = { lettersMin: 3, lettersPerMistake: 3 };

const mistakesMax = 3;

/** The known name that was probably meant, or `null`. */
export const probablyMeant = (
  name: string,
  known: readonly string[],
  { lettersMin, lettersPerMistake }: Likeness = loose,
): string | null => {
  if (name.length < lettersMin || known.includes(name)) return null;
  const candidates = known
    // Comparing costs the product of both lengths, and a name can come from anybody.
    .filter((each) => each.length >= lettersMin && Math.abs(each.length - name.length) <= mistakesMax)
    .map((each) => ({ each, distance: editDistance(name, each) }))
    .filter(({ each, distance }) => distance <= Math.min(mistakesMax, Math.floor(each.length / lettersPerMistake)))
    .toSorted((a, b) => a.distance - b.distance);
  return candidates[0]?.each ?? null;
};
