import { createHmac, timingSafeEqual } from 'node:crypto';

/** A key that signs links; its id is part of them, so that keys can be replaced while old links still work. */
export interface LinkKey {
  /** Letters and digits. */
  readonly id: string;
  readonly secret: Uint8Array;
}

export type LinkCheck =
  | { readonly kind: 'valid'; readonly fileId: string; readonly path: string; readonly expiresAt: Date }
  | { readonly kind: 'expired' | 'invalid' };

const macBytes = 32;

// One signature opens the file and, for a folder (HLS, DASH), everything below it: relative links of a playlist
// keep working because the signature stands before the file's id.
const macOf = ({ secret }: LinkKey, fileId: string, expires: string): Buffer =>
  createHmac('sha256', secret)
    .update(JSON.stringify(['ffapi link v1', 'GET', `/files/${fileId}/`, expires]))
    .digest();

/** The path of a link that needs no key until it expires: `/files/~<expires>.<key id>.<signature>/<file id>/<path>`. */
export const signPath = (key: LinkKey, fileId: string, path: string, expiresAt: Date): string => {
  const expires = String(Math.floor(expiresAt.getTime() / 1000));
  const encodedPath = path.split('/').map(encodeURIComponent).join('/');
  return `/files/~${expires}.${key.id}.${macOf(key, fileId, expires).toString('base64url')}/${fileId}/${encodedPath}`;
};

const form = /^\/files\/~(\d{1,12})\.([0-9A-Za-z]{1,32})\.([\w-]{43})\/(file_[0-9a-z]{4,64})\/(.+)$/;

/** Whether a request's path (still encoded, without query) is a link that one of the keys signed and time allows. */
export const checkPath = (keys: readonly LinkKey[], requestPath: string, now: Date): LinkCheck => {
  const [, expires, keyId, signature, fileId, encodedPath] = form.exec(requestPath) ?? [];
  if (expires === undefined || keyId === undefined || signature === undefined || fileId === undefined)
    return { kind: 'invalid' };
  const key = keys.find(({ id }) => id === keyId);
  // An unknown key id takes as long as a known one.
  const expected = macOf(key ?? { id: '', secret: new Uint8Array(macBytes) }, fileId, expires);
  const given = Buffer.from(signature, 'base64url');
  const isSigned = given.byteLength === macBytes && timingSafeEqual(expected, given) && key !== undefined;
  const path = decodePath(encodedPath ?? '');
  if (!isSigned || path === null) return { kind: 'invalid' };
  const expiresAt = new Date(Number(expires) * 1000);
  return expiresAt <= now ? { kind: 'expired' } : { kind: 'valid', fileId, path, expiresAt };
};

/** The path inside of a file's folder, or `null` when it is not plain. */
const decodePath = (encoded: string): string | null => {
  try {
    const segments = encoded.split('/').map(decodeURIComponent);
    // oxlint-disable-next-line no-control-regex
    const isPlain = segments.every((segment) => !/^\.{0,2}$|[/\\\u0000-\u001f]/.test(segment));
    return isPlain ? segments.join('/') : null;
  } catch {
    return null;
  }
};
