import { describe, expect, it } from 'vitest';
import { metricOf, paired, runRounds, type Contender } from './rounds.ts';

const contender = (name: string, run: Contender['run'], timeoutMs = 5_000): Contender => ({ name, timeoutMs, run });
/** A machine whose spins take these times, then the last one for ever. */
const spins =
  (...values: number[]) =>
  () =>
    (values.length > 1 ? values.shift() : values[0]) as number;

describe('rounds', () => {
  it('runs the contenders in turn, round by round', async () => {
    const order: string[] = [];
    const each = (name: string) => contender(name, async () => (order.push(name), { x: 1 }));
    await runRounds({ rounds: 2, contenders: [each('a'), each('b')], spin: spins(1) });
    expect(order).toEqual(['a', 'b', 'a', 'b']);
  });

  it('compares within a round, so that a slow round does not count for one side', async () => {
    let factor = 1;
    const a = contender('a', async () => ({ ms: 20 * factor }));
    const b = contender('b', async () => ({ ms: 10 * factor++ }));
    const rounds = await runRounds({ rounds: 5, contenders: [a, b], spin: spins(1) });
    const ratio = paired(rounds, (each) => metricOf(each, 'a', 'ms') / metricOf(each, 'b', 'ms'));
    expect(ratio).toEqual({ median: 2, low: 2, high: 2, count: 5 });
  });

  it('discards a round in which the machine changed its speed, and runs another', async () => {
    let n = 0;
    const rounds = await runRounds({
      rounds: 2,
      contenders: [contender('a', async () => ({ n: n++ }))],
      spin: spins(10, 12, 10, 11, 10),
    });
    expect(rounds).toMatchObject({ discarded: 1, isNoisy: false });
    expect(rounds.kept.map(({ metrics }) => metrics.a?.n)).toEqual([1, 2]);
  });

  it('says so when the machine never is quiet, and takes the calmest rounds', async () => {
    const rounds = await runRounds({
      rounds: 2,
      contenders: [contender('a', async () => ({}))],
      spin: spins(10, 14, 10, 12, 10, 13, 10),
    });
    expect(rounds.isNoisy).toBe(true);
    expect(rounds.kept.map(({ drift }) => drift)).toEqual([expect.closeTo(0.2), expect.closeTo(0.3)]);
  });

  it('takes a hang as a result and goes on without that contender', async () => {
    let calls = 0;
    const stuck = contender('stuck', () => (calls++, new Promise(() => {})), 5);
    const rounds = await runRounds({
      rounds: 3,
      contenders: [stuck, contender('a', async () => ({ x: 1 }))],
      spin: spins(1),
    });
    expect(calls).toBe(1);
    expect(rounds.hung.stuck).toMatch(/did not end within/);
    expect(paired(rounds, (each) => metricOf(each, 'a', 'x')).count).toBe(3);
    expect(paired(rounds, (each) => metricOf(each, 'stuck', 'x')).count).toBe(0);
  });

  it('lets a failure through', async () => {
    const failing = contender('a', () => Promise.reject(new Error('broken')));
    await expect(runRounds({ rounds: 1, contenders: [failing], spin: spins(1) })).rejects.toThrow('broken');
  });
});
