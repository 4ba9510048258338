import { describe, expect, it } from 'vitest';
import { signMessage } from './signature.ts';
import { verifyCall } from './verify-call.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const now = '2026-01-01T00:00:00.000Z';
const { body, headers } = signMessage({ id: 'dlv_1', body: { event: 'job.created' }, sentAt: now, secrets: [secret] });
const verify = (change: Partial<Parameters<typeof verifyCall>[0]> = {}) =>
  verifyCall({ body, headers, secret, now, ...change });

describe('a received call', () => {
  it('is genuine by each of its signatures', () => {
    expect(verify()).toMatchObject({ valid: true, reason: null, checked: 'webhook-signature' });
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(verify({ headers: shouted })).toMatchObject({ valid: true, checked: 'webhook-signature' });
    const ofBytes = { 'X-FFAPI-Signature': headers['x-ffapi-signature'] ?? '' };
    expect(verify({ headers: ofBytes })).toMatchObject({ valid: true, checked: 'x-ffapi-signature' });
    expect(verify({ headers: {} })).toMatchObject({ valid: true, checked: 'signature' });
  });

  it.each([
    ['signature_mismatch', { body: `${body} ` }],
    ['signature_mismatch', { secret: 'another secret of mine' }],
    ['signature_mismatch', { headers: { 'x-ffapi-signature': 'sha256=00' } }],
    ['header_missing', { headers: {}, body: '{}' }],
    ['header_missing', { headers: { 'webhook-id': 'dlv_1' }, body: 'null' }],
    ['secret_malformed', { secret: 'whsec_!' }],
    ['timestamp_invalid', { headers: { ...headers, 'webhook-timestamp': 'now' } }],
    ['timestamp_too_old', { now: '2026-01-01T00:05:01.000Z' }],
    ['timestamp_too_new', { now: '2025-12-31T23:54:59.000Z' }],
  ])('is refused: %s', (reason, change) => {
    expect(verify(change)).toMatchObject({ valid: false, reason });
  });
});
