import { timingSafeEqual } from 'node:crypto';
import { secretHmac as hmac, standardSignature } from '@ffapi/secrets';
import canonicalize from 'canonicalize';

export interface WebhookMessage {
  /** The delivery's id: the same in every attempt, so that receivers can drop repeats. */
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of this attempt; receivers refuse what is older than five minutes. */
  readonly sentAt: string;
  /** In force, the current one first. */
  readonly secrets: readonly [string, ...string[]];
}

export interface SignedMessage {
  /** The exact bytes to send. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What would make somebody else's call pass for this one. */
  readonly signatures: readonly string[];
}

/**
 * Body and headers of a call, signed as Standard Webhooks 1.0.0 (one signature per secret in force), as
 * `X-FFAPI-Signature` over the bytes sent, and inside of the body over its RFC 8785 form; the last two with the
 * current secret.
 */
export const signMessage = ({ id, body, sentAt, secrets }: WebhookMessage): SignedMessage => {
  const inBody = bodySignature(body, secrets[0]);
  const text = JSON.stringify({ ...body, signature: inBody });
  const timestamp = String(Math.floor(Date.parse(sentAt) / 1000));
  const signatures = secrets.map((secret) => standardSignature(secret, { id, timestamp, body: text }));
  const ofBytes = `sha256=${hmac(secrets[0], text, 'hex')}`;
  return {
    body: text,
    // A receiver may repeat it without the name of its kind.
    signatures: [...signatures, inBody, ofBytes].flatMap((each) => [each, each.replace(/^(v1,|sha256=)/, '')]),
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
      'x-ffapi-signature': ofBytes,
    },
  };
};

/** The `signature` member of a body: over the body's RFC 8785 form without that member. */
export const bodySignature = (body: Readonly<Record<string, unknown>>, secret: string): string => {
  const { signature: _, ...signed } = body;
  return `sha256=${hmac(secret, canonicalize(signed) ?? '', 'hex')}`;
};

/** What a receiver would check, for `POST /webhooks/verify`. */
export const verifySignature = (payload: string, signature: string, secret: string): boolean => {
  const candidates = [`sha256=${hmac(secret, payload, 'hex')}`, ...bodyCandidate(payload, secret)];
  return candidates.map((candidate) => isEqual(candidate, signature)).includes(true);
};

const bodyCandidate = (payload: string, secret: string): string[] => {
  try {
    const body: unknown = JSON.parse(payload);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? [bodySignature(body as Record<string, unknown>, secret)]
      : [];
  } catch {
    return [];
  }
};

/** Compares signatures in a time that tells nothing of them. */
export const isEqual = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
};

// What identifies or frames the call stays ours.
const ownHeaders =
  /^(webhook-|x-ffapi-|content-|proxy-)|^(host|connection|transfer-encoding|expect|te|trailer|upgrade|keep-alive|user-agent)$/i;

/** The headers a user wants sent along, without those that are not his to set. */
export const userHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.test(name)));
