import type { LinkOptions } from '@ffapi/blob';
import type { Bucket } from './bucket.ts';

/**
 * A V4 signature to read one blob, at the address under which clients reach the bucket; `null` where only this network
 * does, and where there is no private key to sign with.
 */
export const directLink = async (
  { linking, names }: Bucket,
  sha256: string,
  { contentType, contentDisposition, lifetimeMs }: LinkOptions,
): Promise<string | null> => {
  if (!linking) return null;
  const [link] = await linking.bucket.file(names.blob(sha256)).getSignedUrl({
    version: 'v4',
    action: 'read',
    expires: Date.now() + Math.max(1000, lifetimeMs),
    host: new URL(linking.host),
    responseType: contentType,
    responseDisposition: contentDisposition,
  });
  return link;
};
