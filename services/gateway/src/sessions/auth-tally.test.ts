import { expect, it } from 'vitest';
import { AuthTally, type AuthFact } from './auth-tally.ts';

const wrong = (ip: string): AuthFact => ({ reason: 'unknown_key', apiKeyId: null, ip, userAgent: 'curl' });
const rules = { holdMs: 60_000, factsMax: 3 };

it('tells the first at once, its repeats together after a while, and forgets what stays away', () => {
  const tally = new AuthTally(rules);
  tally.note(wrong('192.0.2.1'), 0);
  expect(tally.take(10, 100)).toEqual([{ fact: wrong('192.0.2.1'), count: 1, firstMs: 0, lastMs: 0 }]);
  for (let ms = 100; ms < 10_100; ms++) tally.note(wrong('192.0.2.1'), ms);
  expect(tally.take(20_000, 100)).toEqual([]);
  expect(tally.take(60_010, 100)).toEqual([{ fact: wrong('192.0.2.1'), count: 10_000, firstMs: 100, lastMs: 10_099 }]);
  expect(tally.take(200_000, 100)).toEqual([]);
  tally.note(wrong('192.0.2.1'), 200_001);
  expect(tally.take(200_001, 100)).toHaveLength(1);
});

it('counts together what there is no room for, each reason apart, and loses none', () => {
  const tally = new AuthTally(rules);
  for (let n = 0; n < 1_000; n++) tally.note(wrong(`192.0.2.${n}`), n);
  tally.note({ ...wrong('192.0.2.9'), reason: 'missing_key' }, 1_000);
  const told = tally.take(1_000, 100);
  expect(told.map(({ fact: { ip, reason }, count }) => [ip, reason, count])).toEqual([
    ['192.0.2.0', 'unknown_key', 1],
    ['192.0.2.1', 'unknown_key', 1],
    ['192.0.2.2', 'unknown_key', 1],
    [null, 'unknown_key', 997],
    [null, 'missing_key', 1],
  ]);
});

it('gives no more than asked for at a time, and everything at the end', () => {
  const tally = new AuthTally({ holdMs: 60_000, factsMax: 10 });
  const used = { reason: null, apiKeyId: 'key_1', userAgent: null };
  for (let n = 0; n < 5; n++) tally.note({ ...used, ip: `192.0.2.${n}` }, 0);
  expect([tally.take(0, 3).length, tally.take(0, 3).length, tally.take(0, 3).length]).toEqual([3, 2, 0]);
  tally.note({ ...used, ip: '192.0.2.1', userAgent: 'another' }, 5);
  expect(tally.take(10, 3)).toEqual([]);
  expect(tally.take(Infinity, 3)).toMatchObject([{ fact: { ip: '192.0.2.1' }, count: 1 }]);
});
