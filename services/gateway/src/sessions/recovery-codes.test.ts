import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeRecoveryCodes, plainRecoveryCode, recoveryCodeBytes } from './recovery-codes.ts';

it('makes ten codes that differ', () => {
  const codes = makeRecoveryCodes(randomBytes(recoveryCodeBytes));
  expect(new Set(codes)).toHaveLength(10);
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
});

it('uses every bit that it takes', () => {
  const bytes = Uint8Array.from({ length: recoveryCodeBytes }, (_, n) => n % 32);
  expect(makeRecoveryCodes(bytes).slice(0, 3)).toEqual(['01234-56789', 'ABCDE-FGHJK', 'MNPQR-STVWX']);
});

it.each(['abcd0-1ef23', 'ABCD01EF23', ' abcdo ief23 ', 'abcd0-lef23'])('reads %j as it was meant', (given) => {
  expect(plainRecoveryCode(given)).toBe('ABCD01EF23');
});
