import { expect, it } from 'vitest';
import { parsePasswordHash, passwordHashText } from './password-hash.ts';

const hash = { memoryKib: 19_456, passes: 2, parallelism: 1, salt: Buffer.alloc(16, 1), tag: Buffer.alloc(32, 2) };
const text = '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI';

it('is written in the PHC format, and read again', () => {
  expect(passwordHashText(hash)).toBe(text);
  expect(parsePasswordHash(text)).toEqual(hash);
});

it.each(['', '$argon2i$v=19$m=1,t=1,p=1$AQ$Ag', text.slice(0, -1), `${text}x`])('is not %j', (other) => {
  expect(() => parsePasswordHash(other)).toThrow('cannot be read');
});
