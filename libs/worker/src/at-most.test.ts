import { expect, it } from 'vitest';
import { atMost } from './at-most.ts';

it('runs so much at a time, in order, also when some of it fails', async () => {
  const run = atMost(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<number>());
  const all = gates.map(({ promise }, n) => run(() => (begun.push(n), promise)));
  const settled = Promise.allSettled(all);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  gates[1]?.reject(new Error('no'));
  await expect(all[1]).rejects.toThrow('no');
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  gates[2]?.resolve(2);
  gates[0]?.resolve(0);
  await expect.poll(() => begun).toEqual([0, 1, 2, 3, 4]);
  for (const gate of gates) gate.resolve(9);
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(await run(async () => 'free')).toBe('free');
});
