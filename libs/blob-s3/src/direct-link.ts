import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { LinkOptions } from '@ffapi/blob';
import type { Bucket } from './bucket.ts';
import { rethrow } from './failure-of.ts';

/** As long as a signature of version 4 can live. */
const lifetimeSecondsMax = 7 * 24 * 3600;

/**
 * A presigned GET, signed for the address under which clients reach the server; `null` where only this network does.
 * With the credentials of a role it ends with them, should that be earlier.
 */
export const directLink = async (bucket: Bucket, sha256: string, options: LinkOptions): Promise<string | null> => {
  const { signing } = bucket;
  if (!signing) return null;
  const asked = new GetObjectCommand({
    Bucket: bucket.name,
    Key: bucket.keys.blob(sha256),
    ResponseContentType: options.contentType,
    ResponseContentDisposition: options.contentDisposition,
  });
  const expiresIn = Math.max(1, Math.min(Math.floor(options.lifetimeMs / 1000), lifetimeSecondsMax));
  return getSignedUrl(signing, asked, { expiresIn }).catch(rethrow);
};
