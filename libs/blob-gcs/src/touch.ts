import type { Bucket } from './bucket.ts';
import { look, touchedNow, type Found } from './look.ts';
import { patchObject } from './objects.ts';

/** Makes a blob new; `false`: somebody has changed or removed it since it was looked at. */
export const renew = (bucket: Bucket, sha256: string, { asItWas }: Found): Promise<boolean> =>
  patchObject(bucket, bucket.names.blob(sha256), touchedNow(), asItWas);

/**
 * Makes the blob new, so that a delete that has judged it before does not remove it. One that somebody else has made new
 * meanwhile is as new as it can be.
 */
export const touchBlob = async (bucket: Bucket, sha256: string): Promise<boolean> => {
  const since = new Date();
  for (;;) {
    const found = await look(bucket, sha256);
    if (!found) return false;
    if (found.modifiedAt >= since || (await renew(bucket, sha256, found))) return true;
  }
};
