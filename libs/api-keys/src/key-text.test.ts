import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeyText, keyTextBytes, makeKeyText, shownOf } from './key-text.ts';

describe('the text of a key', () => {
  it('is known again, and a changed letter is seen', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.nat(48), (bytes, at) => {
        // Enough fair bytes among them, whatever is drawn.
        const text = makeKeyText(Uint8Array.from(bytes, (byte) => byte % 200));
        expect(isKeyText(text)).toBe(true);
        const place = at + 'ffapi_'.length;
        const other = text[place] === 'x' ? 'y' : 'x';
        const changed = text.slice(0, place) + other + text.slice(place + 1);
        expect(isKeyText(changed)).toBe(false);
      }),
    );
  });

  it('is never the same twice, and needs no more bytes than it says', () => {
    const texts = Array.from({ length: 2_000 }, () => makeKeyText(randomBytes(keyTextBytes)));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('shows its beginning and its end', () => {
    const text = makeKeyText(new Uint8Array(keyTextBytes).fill(3));
    expect(shownOf(text)).toEqual({ prefix: 'ffapi_3333333333', last4: text.slice(-4) });
  });

  it('is no other text', () => {
    for (const text of ['', 'ffapi_', 'ffapi_0123456789_short_abc', 'x'.repeat(10_000)])
      expect(isKeyText(text)).toBe(false);
  });
});
