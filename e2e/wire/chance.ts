import { seededRandom } from '../faults/random.ts';

/** What a generator draws from: everything in a case follows from one number. */
export interface Chance {
  /** Below `end`. */
  int(end: number): number;
  one<T>(items: readonly T[]): T;
  is(share: number): boolean;
  bytes(length: number): Buffer;
}

export const chanceOf = (seed: number): Chance => {
  const random = seededRandom(seed);
  const int = (end: number): number => Math.floor(random() * end);
  return {
    int,
    one: <T>(items: readonly T[]) => items[int(items.length)] as T,
    is: (share) => random() < share,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(256))),
  };
};

const flip = (chance: Chance, bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes);
  copy[chance.int(copy.length)] = chance.one([0, 9, 10, 13, 32, 58, 127, 128, 255, chance.int(256)]);
  return copy;
};
const insert = (chance: Chance, bytes: Buffer): Buffer => {
  const at = chance.int(bytes.length);
  const more = chance.one([
    Buffer.from('\r\n'),
    Buffer.from('\n'),
    Buffer.from('\0'),
    Buffer.from(' '),
    Buffer.from('%00'),
    chance.bytes(1 + chance.int(8)),
    Buffer.alloc(chance.one([300, 5_000, 40_000]), 'a'),
  ]);
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
};
const cut = (chance: Chance, bytes: Buffer): Buffer => bytes.subarray(0, chance.int(bytes.length));
const drop = (chance: Chance, bytes: Buffer): Buffer => {
  const at = chance.int(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + chance.int(8))]);
};
const twice = (chance: Chance, bytes: Buffer): Buffer => {
  const from = chance.int(bytes.length);
  const to = from + chance.int(64);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
};

/** The bytes with a few of them changed, added, doubled or gone. */
export const damage = (chance: Chance, bytes: Buffer): Buffer => {
  let damaged = bytes;
  for (let times = 1 + chance.int(3); times > 0 && damaged.length > 0; times -= 1)
    damaged = chance.one([flip, flip, insert, cut, drop, twice])(chance, damaged);
  return damaged;
};
