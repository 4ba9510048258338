import { describe, expect, it } from 'vitest';
import { excerptOf, headersExcerptOf } from './answer-excerpt.ts';

describe('what is kept of an answer', () => {
  it('is cut to 4 KiB', () => {
    expect(excerptOf('x'.repeat(9000), [])).toHaveLength(4096);
    expect(excerptOf('\u0000'.repeat(4096), [])).toHaveLength(4096);
  });

  it('has control characters as escapes, lines and tabs as they are', () => {
    expect(excerptOf('a\u001b[2Jb\r\n\tc\u202ed\u0000', [])).toBe('a\\u001b[2Jb\\u000d\n\tc\\u202ed\\u0000');
  });

  it('is never half a character', () => {
    expect(excerptOf(`${'x'.repeat(4095)}😀`, []).isWellFormed()).toBe(true);
  });

  it('hides secrets that were echoed, and leaves short words alone', () => {
    expect(excerptOf('you sent Bearer token-1234 and yes', ['Bearer token-1234', 'yes'])).toBe(
      'you sent [hidden] and yes',
    );
  });

  it('hides them in every form a receiver may repeat them in', () => {
    const secret = 'v1,K5oZfzN95Z/lYGmX+abc="&x';
    for (const said of [
      secret,
      JSON.stringify({ signature: secret }),
      JSON.stringify(secret).replaceAll('/', String.raw`\/`),
      `?s=${encodeURIComponent(secret)}`,
      secret.replaceAll('&', '&amp;'),
      secret.toUpperCase(),
    ]) {
      expect(excerptOf(`a ${said} b`, [secret])).toContain('[hidden]');
      expect(excerptOf(`a ${said} b`, [secret])).not.toMatch(/K5oZfzN95Z|K5OZFZN95Z/);
    }
  });

  it('hides one that the end of the answer cuts off, and the longer of two that begin alike', () => {
    const secret = 'sha256=0123456789abcdef0123456789abcdef';
    expect(excerptOf(`you sent ${secret.slice(0, 20)}`, [secret])).toBe('you sent [hidden]');
    expect(excerptOf(`you sent ${secret}!`, [secret.slice(0, 12), secret])).toBe('you sent [hidden]!');
    expect(excerptOf('you sent sha', [secret])).toBe('you sent sha');
  });

  it('keeps headers, but no cookies', () => {
    expect(headersExcerptOf({ 'set-cookie': ['a=b'], 'x-a': 'b\u0007', 'x-b': undefined }, [])).toEqual({
      'set-cookie': '[hidden]',
      'x-a': 'b\\u0007',
      'x-b': '',
    });
  });
});
