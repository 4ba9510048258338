import { createHmac, timingSafeEqual } from 'node:crypto';

/** The bearer token of the internal blob endpoint, derived so that the shared secret itself never travels. */
export const deriveBlobToken = (secret: Uint8Array): string =>
  createHmac('sha256', secret).update('ffapi blob endpoint v1').digest('base64url');

/** A check of a presented token that takes as long for a near miss as for a wild guess. */
export const blobTokenVerifier = (secret: Uint8Array): ((token: string) => boolean) => {
  const digest = (text: string) => createHmac('sha256', secret).update(text).digest();
  const expected = digest(deriveBlobToken(secret));
  return (token) => timingSafeEqual(digest(token), expected);
};
