import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** A user's own secret counts as UTF-8 bytes, a generated one (`whsec_…`) as base64. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8');

/** HMAC-SHA-256 of a text under a signing secret. */
export const secretHmac = (secret: string, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', keyOf(secret)).update(text).digest(encoding);

/** A signing secret in the form of Standard Webhooks from 24 to 64 random bytes. */
export const formatSecret = (random: Uint8Array): string => `${prefix}${Buffer.from(random).toString('base64')}`;

/** One member of `webhook-signature` (Standard Webhooks 1.0.0). */
export const standardSignature = (
  secret: string,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
): string => `v1,${secretHmac(secret, `${id}.${timestamp}.${body}`, 'base64')}`;

/** The headers of a call to a server of the operator's own, as Standard Webhooks has them; without a secret it is not signed. */
export const standardHeaders = (call: {
  readonly id: string;
  readonly sentAt: string;
  readonly body: string;
  readonly secret: string | undefined;
}): Record<string, string> => {
  const { id, sentAt, body, secret } = call;
  const timestamp = String(Math.floor(Date.parse(sentAt) / 1000));
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(secret === undefined ? {} : { 'webhook-signature': standardSignature(secret, { id, timestamp, body }) }),
  };
};
