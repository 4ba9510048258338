import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyCall } from './verify-call.ts';

const now = '2026-01-01T00:00:00.000Z';
const seconds = String(Date.parse(now) / 1000);

const header = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('', 'v1,', 'v1,AAAA v1,BBBB', seconds, '-1', 'NaN'),
);
const call = fc.record({
  body: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'null', '[]', '"x"', '{"signature":{}}', '{"signature":"sha256="}', '{'),
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      'webhook-id',
      'Webhook-Timestamp',
      'webhook-signature',
      'X-FFAPI-Signature',
      '__proto__',
      'constructor',
    ),
    header,
  ),
  secret: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'whsec_', 'whsec_!', 'whsec_AAAA')),
});

it('takes no call of which it does not hold the signature, and answers every one', () => {
  fc.assert(
    fc.property(call, (given) => {
      const verdict = verifyCall({ ...given, now });
      expect(verdict.valid).toBe(false);
      expect(verdict.detail).not.toBe('');
    }),
    { numRuns: 5_000, interruptAfterTimeLimit: 5_000 },
  );
});
