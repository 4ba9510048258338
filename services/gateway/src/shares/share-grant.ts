import { createHmac, timingSafeEqual } from 'node:crypto';

/** `opened`: the password was right; `begun`: a download was counted, and may go on. */
export type GrantKind = 'opened' | 'begun';

const shape = /^(0|[1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

const signature = (key: Buffer, kind: GrantKind, shareId: string, expiresAtSeconds: number): string =>
  createHmac('sha256', key).update(`v1\n${kind}\n${shareId}\n${expiresAtSeconds}`).digest('base64url');

/** A text that says until when somebody may do this with a share. */
export const signGrant = (key: Buffer, kind: GrantKind, shareId: string, expiresAtSeconds: number): string =>
  `${expiresAtSeconds}.${signature(key, kind, shareId, expiresAtSeconds)}`;

/** Whether the text is a grant of this kind for this share that has not ended. */
export const isGranted = (
  key: Buffer,
  kind: GrantKind,
  shareId: string,
  grant: string | undefined,
  nowMs: number,
): boolean => {
  const [, expires, given] = shape.exec(grant ?? '') ?? [];
  if (expires === undefined || given === undefined) return false;
  const expected = Buffer.from(signature(key, kind, shareId, Number(expires)));
  return timingSafeEqual(expected, Buffer.from(given)) && Number(expires) * 1000 > nowMs;
};
