import { blobClient, type Container } from './container.ts';
import { failureOf, isConflict, isMissing } from './failure-of.ts';
import { look, touchedNow, type Found } from './look.ts';

/** Makes a whole blob new; `false`: somebody has changed or removed it since it was looked at. */
export const renew = async (container: Container, sha256: string, { etag }: Found): Promise<boolean> => {
  try {
    const conditions = { ifMatch: etag };
    await blobClient(container, container.names.blob(sha256)).setMetadata(touchedNow(), { conditions });
    return true;
  } catch (error) {
    if (isConflict(error) || isMissing(error)) return false;
    throw failureOf(error);
  }
};

/**
 * Makes the blob new, so that its ETag is another one: a delete that has judged it before does not remove it. One that
 * somebody else has made new meanwhile is as new as it can be.
 */
export const touchBlob = async (container: Container, sha256: string): Promise<boolean> => {
  const since = new Date();
  for (;;) {
    const found = await look(container, sha256);
    if (!found?.isWhole) return false;
    if (found.modifiedAt >= since || (await renew(container, sha256, found))) return true;
  }
};
