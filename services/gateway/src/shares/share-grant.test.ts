import { expect, it } from 'vitest';
import { isGranted, signGrant } from './share-grant.ts';

const key = Buffer.alloc(32, 7);
const grant = signGrant(key, 'opened', 'share_aaaa', 2_000);

it('holds until it ends', () => {
  expect(isGranted(key, 'opened', 'share_aaaa', grant, 1_999_999)).toBe(true);
  expect(isGranted(key, 'opened', 'share_aaaa', grant, 2_000_000)).toBe(false);
});

it('holds for nothing else', () => {
  expect(isGranted(key, 'begun', 'share_aaaa', grant, 0)).toBe(false);
  expect(isGranted(key, 'opened', 'share_aaab', grant, 0)).toBe(false);
  expect(isGranted(Buffer.alloc(32, 8), 'opened', 'share_aaaa', grant, 0)).toBe(false);
  expect(isGranted(key, 'opened', 'share_aaaa', grant.replace('2000.', '9000.'), 0)).toBe(false);
  for (const text of [undefined, '', '2000', '.', `02000.${grant.slice(5)}`])
    expect(isGranted(key, 'opened', 'share_aaaa', text, 0)).toBe(false);
});
