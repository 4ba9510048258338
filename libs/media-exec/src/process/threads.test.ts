import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { threadsFor } from './threads.ts';

const inputs = (n: number): string[] => Array.from({ length: n }, () => ['-i', 'x']).flat();

it('many inputs share the threads that one would have', () => {
  expect(threadsFor(inputs(1), 0).decoderThreads).toBe(Math.min(16, availableParallelism() + 1));
  expect(threadsFor(inputs(20), 0).decoderThreads).toBe(1);
  const four = threadsFor(inputs(4), 0);
  expect(4 * four.decoderThreads).toBeLessThanOrEqual(Math.max(4, Math.min(16, availableParallelism())));
  expect(four.filterThreads).toBeLessThanOrEqual(16);
});

it('an encoder is left its choice only where that is bounded', () => {
  expect(threadsFor([], 3).threads).toBe(3);
  expect(threadsFor([], 0).threads).toBe(availableParallelism() > 16 ? 16 : 0);
});
