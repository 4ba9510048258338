export type Random = () => number;

/** A repeatable stream of numbers from 0 up to 1 (mulberry32). */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const pick = <T>(random: Random, items: readonly [T, ...T[]]): T =>
  items[Math.floor(random() * items.length)] as T;

/** The items in an order of chance, again and again: in every round each comes once. */
export function* rounds<T>(random: Random, items: readonly T[]): Generator<T, never> {
  for (;;) {
    const order = items.map((item) => ({ item, rank: random() })).toSorted((a, b) => a.rank - b.rank);
    for (const { item } of order) yield item;
  }
}
