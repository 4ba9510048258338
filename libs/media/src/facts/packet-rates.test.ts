import { describe, expect, it } from 'vitest';
import { highestRate, readPackets } from './packet-rates.ts';

const every = (seconds: number, count: number, bytes: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => ({ seconds: n * seconds, bytes: bytes(n) }));

describe('the highest rate', () => {
  it('is that of all packets where they are alike', () => {
    expect(
      highestRate(
        every(0.04, 250, () => 100),
        2,
      ).bitsPerSecond,
    ).toBe(20_000);
  });

  it('finds a burst wherever it begins', () => {
    const burst = every(0.04, 250, (n) => (n >= 37 && n < 87 ? 1000 : 10));
    expect(highestRate(burst, 2)).toEqual({ bitsPerSecond: 200_000, atSeconds: 37 * 0.04 });
  });

  it('takes a window for as long as it is, also where the clock is rounded', () => {
    const rounded = every(1 / 24, 240, () => 100).map(({ seconds, bytes }) => ({
      seconds: Math.round(seconds * 1000) / 1000,
      bytes,
    }));
    expect(highestRate(rounded, 2).bitsPerSecond).toBe((48 * 100 * 8) / 2);
  });

  it('is none where there are no packets', () => {
    expect(highestRate([], 2).bitsPerSecond).toBe(0);
  });
});

it('reads packets in the order in which they are decoded', () => {
  expect(readPackets('0.08,0.04,20\n0.04,,10\n0.000000,N/A,5\n\n')).toEqual([
    { seconds: 0, bytes: 5 },
    { seconds: 0.04, bytes: 20 },
    { seconds: 0.04, bytes: 10 },
  ]);
});
