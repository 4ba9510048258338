import { expect, it } from 'vitest';
import { judgePace } from './pace.ts';

const pace = { windowMs: 30_000, minBytesPerSecond: 256 };

/** Looks once a second at a transfer that has got so many bytes by then; when it is found slow, in seconds. */
const slowAt = (bytesAt: (second: number) => number, seconds: number, minBytesPerSecond = 256): number | null => {
  let mark = { atMs: 0, bytes: 0 };
  for (let second = 1; second <= seconds; second++) {
    const judged = judgePace(mark, { atMs: second * 1000, bytes: bytesAt(second) }, { ...pace, minBytesPerSecond });
    if (judged === 'slow') return second;
    mark = judged;
  }
  return null;
};

it.each([
  ['silence', () => 0, 30],
  ['a byte a second', (second: number) => second, 30],
  ['a little less than the least', (second: number) => second * 255, 30],
  ['silence after a fast start', () => 100_000_000, 60],
  ['a byte now and then after a fast start', (second: number) => 100_000_000 + Math.floor(second / 10), 60],
])('%s is too slow', (_what, bytesAt, found) => {
  expect(slowAt(bytesAt, 600)).toBe(found);
});

it.each([
  ['the least', (second: number) => second * 256],
  ['a modem', (second: number) => second * 1_000],
  ['ten fast seconds, then twenty of silence, again and again', (second: number) => Math.ceil(second / 30) * 100_000],
])('%s is slow and honest', (_what, bytesAt) => {
  expect(slowAt(bytesAt, 600)).toBeNull();
});

it('without a least, any byte will do, and silence will not', () => {
  expect(slowAt((second) => Math.floor(second / 20), 600, 0)).toBeNull();
  expect(slowAt(() => 0, 600, 0)).toBe(30);
});
