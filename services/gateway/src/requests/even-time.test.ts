import { expect, it } from 'vitest';
import { msToStep } from './even-time.ts';

it.each([
  [0, 250],
  [40, 210],
  [50, 200],
  [249, 1],
  [250, 250],
  [300, 200],
])('after %d ms it is %d more', (elapsedMs, expected) => {
  expect(msToStep(elapsedMs, 250)).toBe(expected);
});
