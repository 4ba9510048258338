import { isSha256, type StoredBlob } from '@ffapi/blob';
import { objectsUnder, type Bucket, type StoredObject } from './bucket.ts';
import { digestIn } from './object-keys.ts';
import { latestOf } from './touch.ts';

/** Reads the blobs and their markers side by side: both come in the order of digests, a thousand for each request. */
export async function* listBlobs(bucket: Bucket, after: string): AsyncGenerator<StoredBlob> {
  const { keys } = bucket;
  // A digest that is not one never becomes part of a key; then everything is read and the rest left out here.
  const isDigest = isSha256(after);
  const blobs = objectsUnder(bucket, keys.blobs, isDigest ? keys.blob(after) : undefined);
  const markersUpTo = takeUpTo(
    objectsUnder(bucket, keys.touched, isDigest ? keys.markers(after) : undefined),
    keys.touched,
  );
  for await (const { key, sizeBytes, modifiedAt } of blobs) {
    const sha256 = digestIn(keys.blobs, key);
    if (sha256 === null || keys.blob(sha256) !== key || sha256 <= after) continue;
    yield { sha256, sizeBytes, modifiedAt: latestOf(modifiedAt, await markersUpTo(sha256)) };
  }
}

/** Hands out the markers of one digest after the other, passing over those of blobs that are gone. */
const takeUpTo = (markers: AsyncGenerator<StoredObject>, folder: string) => {
  let ahead: IteratorResult<StoredObject> | undefined;
  return async (sha256: string): Promise<StoredObject[]> => {
    const found: StoredObject[] = [];
    for (ahead ??= await markers.next(); !ahead.done; ahead = await markers.next()) {
      const marked = digestIn(folder, ahead.value.key);
      if (marked !== null && marked > sha256) break;
      if (marked === sha256) found.push(ahead.value);
    }
    return found;
  };
};
