import { isSha256, type StoredBlob } from '@ffapi/blob';
import type { Bucket } from './bucket.ts';
import { modifiedAtOf } from './look.ts';
import { objectsUnder } from './objects.ts';

/** The blobs after a digest, in the order of digests. */
export async function* listBlobs(bucket: Bucket, after: string): AsyncGenerator<StoredBlob> {
  const { names } = bucket;
  // A digest that is not one never becomes part of a name; then everything is read and the rest left out here.
  const objects = objectsUnder(bucket, names.blobs, isSha256(after) ? names.blob(after) : undefined);
  for await (const object of objects) {
    const sha256 = names.digestOf(object.name);
    if (sha256 === null || sha256 <= after) continue;
    yield { sha256, sizeBytes: Number(object.size), modifiedAt: modifiedAtOf(object) };
  }
}
