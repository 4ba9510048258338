import { expect, it } from 'vitest';
import { signPath, verifyPath } from './signed-path.ts';

const key = Buffer.alloc(32, 7);
const rest = (path: string): string => path.slice('/files/'.length);

it('signs a file and everything beside it in its folder, until it expires', () => {
  const signed = signPath(key, 'file_abcd', '720p/seg 1.m4s', 2_000);
  expect(verifyPath(key, decodeURIComponent(rest(signed)), 1_999_000)).toEqual({
    fileId: 'file_abcd',
    path: '720p/seg 1.m4s',
    isForged: false,
    isValid: true,
    expiresAtMs: 2_000_000,
  });
  const sibling = rest(signed).replace('720p/seg%201.m4s', 'master.m3u8');
  expect(verifyPath(key, sibling, 1_999_000)?.isValid).toBe(true);
  expect(verifyPath(key, rest(signed), 2_000_000)?.isValid).toBe(false);
});

it('does not hold for another file, another time or another key', () => {
  const signed = rest(signPath(key, 'file_abcd', 'a.mp4', 2_000));
  expect(verifyPath(key, signed.replace('file_abcd', 'file_abce'), 0)?.isValid).toBe(false);
  expect(verifyPath(key, signed.replace('~2000.', '~9000.'), 0)?.isValid).toBe(false);
  expect(verifyPath(Buffer.alloc(32, 8), signed, 0)?.isValid).toBe(false);
  expect(verifyPath(key, 'file_abcd/a.mp4', 0)).toBeNull();
});

it('is written in one way', () => {
  const signed = rest(signPath(key, 'file_abcd', 'a.mp4', 2_000));
  for (const other of ['~02000.', '~002000.', '~2000.2000.', '~~2000.', '~+2000.', '~2000.0.', '~2e3.', '~ 2000.'])
    expect(verifyPath(key, signed.replace('~2000.', other), 0)).toBeNull();
});

it('tells what has expired from what was made up', () => {
  const signed = rest(signPath(key, 'file_abcd', 'a.mp4', 2_000));
  expect(verifyPath(key, signed, 2_000_000)).toMatchObject({ isForged: false, isValid: false });
  const made = signed.replace(/\.[^/]+/, `.${'A'.repeat(43)}`);
  expect(verifyPath(key, made, 0)).toMatchObject({ isForged: true, isValid: false });
});
