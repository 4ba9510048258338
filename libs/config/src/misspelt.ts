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

const lettersMin = 8;
const lettersPerMistake = 6;

/** The known name that was probably meant, or `null`. Short names are left alone: they resemble too much. */
export const probablyMeant = (name: string, known: readonly string[]): string | null => {
  if (name.length < lettersMin || known.includes(name)) return null;
  const candidates = known
    .filter((each) => each.length >= lettersMin)
    .map((each) => ({ each, distance: editDistance(name, each) }))
    .filter(({ each, distance }) => distance <= Math.min(3, Math.floor(each.length / lettersPerMistake)))
    .toSorted((a, b) => a.distance - b.distance);
  return candidates[0]?.each ?? null;
};
