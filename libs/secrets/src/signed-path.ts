import { signUntil, verifyUntil, type ExpiringSignature } from './expiring-signature.ts';

const prefix = '/files/~';
const shape = /^~([^/]+)\/(file_[0-9a-z]{4,64})\/(.+)$/;

/**
 * A path that needs no key until it expires. The signature stands before the file, so that relative links inside a
 * playlist keep it.
 */
export const signPath = (key: Buffer, fileId: string, path: string, expiresAtSeconds: number): string =>
  `${prefix}${signUntil(key, 'GET', fileId, expiresAtSeconds)}/${fileId}/${path.split('/').map(encodeURIComponent).join('/')}`;

export interface SignedPath extends ExpiringSignature {
  readonly fileId: string;
  readonly path: string;
}

/** The parts of `~<expires>.<signature>/<file>/<path>` and whether they hold; `null` when it is no signed path. */
export const verifyPath = (key: Buffer, rest: string, nowMs: number): SignedPath | null => {
  const [, signed, fileId, path] = shape.exec(rest) ?? [];
  if (signed === undefined || fileId === undefined || path === undefined) return null;
  const verdict = verifyUntil(key, 'GET', fileId, signed, nowMs);
  return verdict && { fileId, path, ...verdict };
};
