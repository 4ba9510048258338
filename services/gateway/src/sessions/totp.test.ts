import { describe, expect, it } from 'vitest';
import { base32, otpauthUri, totpCode, totpStep } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B, SHA-1; of its eight digits the last six.
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('at %d is %s', (seconds, code) => {
    const step = Math.floor(seconds / 30);
    expect(totpCode(secret, step)).toBe(code);
    expect(totpStep(secret, code, seconds * 1000)).toBe(step);
  });

  it('are taken one step early and one late, and no further', () => {
    const nowMs = 2_000_000_000_000;
    const current = Math.floor(nowMs / 30_000);
    const taken = [-2, -1, 0, 1, 2].map((aside) => totpStep(secret, totpCode(secret, current + aside), nowMs));
    expect(taken).toEqual([null, current - 1, current, current + 1, null]);
  });

  it.each(['', '28708', '2870822', '28708a', '２８７０８２', 'x'.repeat(100)])('are not %j', (code) => {
    expect(totpStep(secret, code, 59_000)).toBeNull();
  });
});

// RFC 4648, chapter 10, without the padding.
it.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('base 32 of %j is %s', (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected);
});

it('is read by an app from one URI, whatever the name', () => {
  const uri = new URL(otpauthUri('ada@example.com & co', secret));
  expect(uri.protocol).toBe('otpauth:');
  expect(decodeURIComponent(uri.pathname)).toBe('/FFAPI:ada@example.com & co');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'FFAPI',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
});
