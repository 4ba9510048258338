import { describe, expect, it } from 'vitest';
import { Passwords } from './passwords.state.ts';

const pepper = Buffer.alloc(32, 1);
const passwords = new Passwords(pepper);

describe('a password', () => {
  it('is right for its hash alone, which is never the same twice', async () => {
    const [one, other] = [await passwords.hash('long enough'), await passwords.hash('long enough')];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(other).not.toBe(one);
    expect(await passwords.verify(one, 'long enough')).toBe(true);
    expect(await passwords.verify(one, 'long enough ')).toBe(false);
    expect(await passwords.verify(null, 'long enough')).toBe(false);
  });

  it('is the same in each way of typing it', async () => {
    expect(await passwords.verify(await passwords.hash('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true);
  });

  it('cannot be tried without the pepper', async () => {
    const hash = await passwords.hash('long enough');
    expect(await new Passwords(Buffer.alloc(32, 2)).verify(hash, 'long enough')).toBe(false);
  });

  it('takes as long where there is no user', async () => {
    const hash = await passwords.hash('long enough');
    const ratios: number[] = [];
    const timed = async (ref: string | null): Promise<number> => {
      const startMs = performance.now();
      await passwords.verify(ref, 'a wrong one');
      return performance.now() - startMs;
    };
    for (let round = 0; round < 15; round++) ratios.push((await timed(hash)) / (await timed(null)));
    const median = ratios.toSorted((a, b) => a - b)[7] ?? 0;
    expect(median).toBeGreaterThan(0.6);
    expect(median).toBeLessThan(1.7);
  });

  it('waits for its turn in a flood, and is refused when too many wait', async () => {
    const flood = await Promise.allSettled(Array.from({ length: 50 }, () => passwords.verify(null, 'x')));
    expect(flood.filter(({ status }) => status === 'fulfilled')).toHaveLength(34);
    expect(await passwords.verify(null, 'x')).toBe(false);
  });
});
