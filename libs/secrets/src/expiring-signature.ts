import { createHmac, timingSafeEqual } from 'node:crypto';

const shape = /^(0|[1-9]\d{0,11})\.([A-Za-z0-9_-]{43})$/;

export interface ExpiringSignature {
  readonly isValid: boolean;
  /** Whether the signature is another one: whoever shows such a text has guessed it. */
  readonly isForged: boolean;
  /** When it ends, should it not be forged; in ms since 1970. */
  readonly expiresAtMs: number;
}

const signature = (key: Buffer, purpose: string, subject: string, expiresAtSeconds: number): string =>
  createHmac('sha256', key).update(`v1\n${purpose}\n${subject}\n${expiresAtSeconds}`).digest('base64url');

/** A text that allows this with the subject until then, written in one way only: `<expires>.<signature>`. */
export const signUntil = (key: Buffer, purpose: string, subject: string, expiresAtSeconds: number): string =>
  `${expiresAtSeconds}.${signature(key, purpose, subject, expiresAtSeconds)}`;

/** What such a text is worth; `null` when it is none. */
export const verifyUntil = (
  key: Buffer,
  purpose: string,
  subject: string,
  text: string,
  nowMs: number,
): ExpiringSignature | null => {
  const [, expires, given] = shape.exec(text) ?? [];
  if (expires === undefined || given === undefined) return null;
  const expected = Buffer.from(signature(key, purpose, subject, Number(expires)));
  const isForged = !timingSafeEqual(expected, Buffer.from(given));
  const expiresAtMs = Number(expires) * 1000;
  return { isForged, expiresAtMs, isValid: !isForged && expiresAtMs > nowMs };
};
