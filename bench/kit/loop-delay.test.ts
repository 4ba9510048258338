import { expect, it } from 'vitest';
import { loopDelayDuring, waitsOf } from './loop-delay.ts';

it('a stop counts for everything that comes while it lasts', () => {
  expect(waitsOf([1, 1, 1])).toEqual([0, 0, 0]);
  expect(waitsOf([1, 5, 0.5])).toEqual([0, 4, 3, 2, 1, 0, 0]);
});

it('sees a stop', async () => {
  const { longestMs = 0 } = await loopDelayDuring(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const untilMs = performance.now() + 50;
    while (performance.now() < untilMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
  expect(longestMs).toBeGreaterThan(40);
});
