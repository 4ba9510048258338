import type { Bucket } from './bucket.ts';
import { look } from './look.ts';
import { eraseObject } from './objects.ts';

/** Deletes the blob if it is older, and nothing but what was judged: what was put or touched since is not as it was. */
export const removeOlder = async (bucket: Bucket, sha256: string, putBefore: Date): Promise<boolean> => {
  for (;;) {
    const found = await look(bucket, sha256);
    if (!found || found.modifiedAt >= putBefore) return false;
    const removal = await eraseObject(bucket, bucket.names.blob(sha256), found.asItWas);
    if (removal !== 'changed') return removal === 'removed';
  }
};
