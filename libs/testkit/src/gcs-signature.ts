import { createHash, createVerify } from 'node:crypto';

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const timeOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/**
 * Whether a link is signed as https://cloud.google.com/storage/docs/authentication/canonical-requests has it (V4, RSA),
 * by this account, and has not ended yet.
 */
export const isSigned = (link: URL, email: string, publicKey: string, now = Date.now()): boolean => {
  const asked = (name: string) => link.searchParams.get(`X-Goog-${name}`) ?? '';
  const scope = `${asked('Date').slice(0, 8)}/auto/storage/goog4_request`;
  const endMs = timeOf(asked('Date')) + Number(asked('Expires')) * 1000;
  if (asked('Credential') !== `${email}/${scope}` || asked('SignedHeaders') !== 'host' || !(endMs > now)) return false;
  const query = [...link.searchParams]
    .filter(([name]) => name !== 'X-Goog-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
  const request = ['GET', link.pathname, query, `host:${link.hostname}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const digest = createHash('sha256').update(request).digest('hex');
  return createVerify('RSA-SHA256')
    .update(['GOOG4-RSA-SHA256', asked('Date'), scope, digest].join('\n'))
    .verify(publicKey, asked('Signature'), 'hex');
};
