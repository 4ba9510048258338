import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';

const bounded = { numRuns: 1_000, interruptAfterTimeLimit: 5_000 };

it('reads any bytes as some text', () => {
  const marks = fc.constantFrom([], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff], [0x1b, 0x24, 0x42]);
  fc.assert(
    fc.property(marks, fc.uint8Array({ maxLength: 2_000 }), (mark, bytes) => {
      const { text, charset } = decodeText(Uint8Array.from([...mark, ...bytes]));
      expect(text.isWellFormed()).toBe(true);
      expect(charset).toMatch(/^[\w-]+$/);
    }),
    bounded,
  );
});

it('reads what is UTF-8 as that', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (given) => {
      const plain = given.replaceAll('\0', '').replace(/^\ufeff+/, '');
      expect(decodeText(Buffer.from(plain)).text).toBe(plain);
    }),
    bounded,
  );
});
