import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { formatSecret } from '@ffapi/secrets';
import { bodySignature, signMessage, userHeaders, verifySignature } from './signature.ts';

const generated = formatSecret(randomBytes(32));
const own = 'the user’s own secret';
const body = { timestamp: '2026-01-01T00:00:00Z', event: 'job.completed', data: { é: 1e21, b: [true, null], a: 0.1 } };
// The library compares with the clock of this machine.
const sentAt = new Date().toISOString();
const sign = (...secrets: [string, ...string[]]) => signMessage({ id: 'dlv_1', body, sentAt, secrets });

describe('signature', () => {
  it('is one that the public library accepts', () => {
    const message = sign(generated);
    expect(new Webhook(generated).verify(message.body, { ...message.headers })).toMatchObject(body);
    expect(() => new Webhook(formatSecret(randomBytes(32))).verify(message.body, { ...message.headers })).toThrow();
    expect(() => new Webhook(generated).verify(`${message.body} `, { ...message.headers })).toThrow();
    const stale = signMessage({ id: 'dlv_1', body, sentAt: '2026-01-01T00:00:00Z', secrets: [generated] });
    expect(() => new Webhook(generated).verify(stale.body, { ...stale.headers })).toThrow(/too (old|new)/);
  });

  it('takes a secret of the user as UTF-8', () => {
    const message = sign(own);
    const library = new Webhook(Buffer.from(own, 'utf8'), { format: 'raw' });
    expect(library.verify(message.body, { ...message.headers })).toMatchObject(body);
  });

  it('is accepted with either secret during a rotation', () => {
    const fresh = formatSecret(randomBytes(32));
    const message = sign(fresh, generated);
    for (const secret of [fresh, generated])
      expect(new Webhook(secret).verify(message.body, { ...message.headers })).toMatchObject(body);
    expect(message.headers['webhook-signature']?.split(' ')).toHaveLength(2);
  });

  it('covers the bytes sent in X-FFAPI-Signature', () => {
    const message = sign(own);
    const expected = createHmac('sha256', own).update(message.body).digest('hex');
    expect(message.headers['x-ffapi-signature']).toBe(`sha256=${expected}`);
  });

  it('covers the canonical body in its own member', () => {
    const { signature, ...rest } = JSON.parse(sign(own).body);
    const canonical =
      '{"data":{"a":0.1,"b":[true,null],"é":1e+21},"event":"job.completed","timestamp":"2026-01-01T00:00:00Z"}';
    expect(signature).toBe(`sha256=${createHmac('sha256', own).update(canonical).digest('hex')}`);
    expect(bodySignature({ signature, ...Object.fromEntries(Object.entries(rest).toReversed()) }, own)).toBe(signature);
  });

  it('can be checked in both forms', () => {
    const message = sign(own);
    expect(verifySignature(message.body, message.headers['x-ffapi-signature']!, own)).toBe(true);
    expect(verifySignature(message.body, JSON.parse(message.body).signature, own)).toBe(true);
    expect(verifySignature(message.body, message.headers['x-ffapi-signature']!, 'other')).toBe(false);
    expect(verifySignature(message.body, 'sha256=', own)).toBe(false);
    for (const payload of ['not json', '[]', 'null']) expect(verifySignature(payload, 'sha256=00', own)).toBe(false);
  });

  it('lets users set only headers that are theirs', () => {
    const headers = {
      Authorization: 'Bearer t',
      'X-Mine': '1',
      'Webhook-Id': 'x',
      host: 'x',
      'Content-Length': '1',
      'X-FFAPI-Signature': 'x',
      TE: 'x',
    };
    expect(userHeaders(headers)).toEqual({ Authorization: 'Bearer t', 'X-Mine': '1' });
  });
});
