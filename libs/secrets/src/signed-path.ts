import { createHmac, timingSafeEqual } from 'node:crypto';

const prefix = '/files/~';
const shape = /^~(0|[1-9]\d{0,11})\.([A-Za-z0-9_-]{43})\/(file_[0-9a-z]{4,64})\/(.+)$/;

const signature = (key: Buffer, fileId: string, expiresAtSeconds: number): string =>
  createHmac('sha256', key).update(`v1\nGET\n${fileId}\n${expiresAtSeconds}`).digest('base64url');

/**
 * A path that needs no key until it expires. The signature stands before the file, so that relative links inside a
 * playlist keep it.
 */
export const signPath = (key: Buffer, fileId: string, path: string, expiresAtSeconds: number): string =>
  `${prefix}${expiresAtSeconds}.${signature(key, fileId, expiresAtSeconds)}/${fileId}/${path.split('/').map(encodeURIComponent).join('/')}`;

export interface SignedPath {
  readonly fileId: string;
  readonly path: string;
  readonly isValid: boolean;
  /** When it ends, should it not be forged; in ms since 1970. */
  readonly expiresAtMs: number;
  /** Whether the signature is another one: who sends such a link has guessed it. */
  readonly isForged: boolean;
}

/** The parts of `~<expires>.<signature>/<file>/<path>` and whether they hold; `null` when it is no signed path. */
export const verifyPath = (key: Buffer, rest: string, nowMs: number): SignedPath | null => {
  const match = shape.exec(rest);
  if (!match) return null;
  const [, expires, given, fileId, path] = match as unknown as [string, string, string, string, string];
  const expected = Buffer.from(signature(key, fileId, Number(expires)));
  const isForged = !timingSafeEqual(expected, Buffer.from(given));
  const expiresAtMs = Number(expires) * 1000;
  return { fileId, path, isForged, expiresAtMs, isValid: !isForged && expiresAtMs > nowMs };
};
