import { randomUUID } from 'node:crypto';
import { BlobStoreUnavailable } from '@ffapi/blob';
import { eraseObject, headObject, isOlder, type Bucket, type StoredObject } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { latestOf, markersOf } from './touch.ts';

interface Found {
  readonly blob: StoredObject;
  readonly markers: readonly StoredObject[];
}

const find = async (bucket: Bucket, sha256: string): Promise<Found | null> => {
  const [blob, markers] = await Promise.all([headObject(bucket, bucket.keys.blob(sha256)), markersOf(bucket, sha256)]);
  return blob && { blob, markers };
};

/** Deletes the blob whatever its age. */
export const removeBlob = async (bucket: Bucket, sha256: string): Promise<boolean> => {
  const found = await find(bucket, sha256);
  if (!found) return false;
  await eraseObject(bucket, found.blob.key);
  await eraseAll(bucket, found.markers);
  return true;
};

/**
 * Deletes the blob if it is older. A copy is set aside and the age judged once more after the blob is gone: a put or
 * touch at the same moment was then seen, and the blob is put back, or it finds nothing there and writes it anew.
 * Nothing but what was judged is removed, so any number of processes may do this at once.
 */
export const removeOlder = async (bucket: Bucket, sha256: string, putBefore: Date): Promise<boolean> => {
  const isNew = ({ blob, markers }: Found) => !isOlder(latestOf(blob.modifiedAt, markers), putBefore);
  const found = await find(bucket, sha256);
  if (!found || isNew(found)) return false;
  const aside = { key: bucket.keys.setAside(sha256, randomUUID()), sizeBytes: found.blob.sizeBytes };
  const back = { from: aside.key, to: found.blob.key, sizeBytes: aside.sizeBytes };
  if (!(await copyObject(bucket, { from: back.to, to: back.from, sizeBytes: back.sizeBytes }))) return false;
  // Large blobs take minutes to copy: somebody else may have deleted it, and a touched one must not be missing so long again.
  const stillFound = await find(bucket, sha256);
  if (!stillFound || isNew(stillFound)) {
    await eraseObject(bucket, aside.key);
    return false;
  }
  await eraseObject(bucket, found.blob.key);
  const markers = await markersOf(bucket, sha256);
  const isSpared = isNew({ blob: found.blob, markers });
  if (!isSpared) await eraseAll(bucket, markers);
  else if (!(await copyObject(bucket, back)) && !(await headObject(bucket, back.to)))
    throw new BlobStoreUnavailable(`what was set aside of blob ${sha256} was swept away`);
  await eraseObject(bucket, aside.key);
  return !isSpared;
};

const eraseAll = async (bucket: Bucket, objects: readonly StoredObject[]): Promise<void> => {
  await Promise.all(objects.map(({ key }) => eraseObject(bucket, key)));
};
