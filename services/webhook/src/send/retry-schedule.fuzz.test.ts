import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRetryAfter } from './retry-schedule.ts';

const now = '2026-01-01T00:00:00.000Z';

it('reads a Retry-After of any text as a time that can be waited for, or as none', () => {
  const header = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '30',
      '-1',
      '1e9',
      'Infinity',
      'NaN',
      '0x10',
      '99999999999999999999',
      'Thu, 01 Jan 2026 00:00:30 GMT',
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(header, (given) => {
      const waitMs = parseRetryAfter(given, now);
      expect(waitMs === null || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
    }),
    { numRuns: 5_000, interruptAfterTimeLimit: 5_000 },
  );
});
