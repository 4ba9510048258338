import type { Readable } from 'node:stream';
import { createCloudBlobStore, unbroken, type CloudBlobStore, type GetOptions } from '@ffapi/blob';
import { objectPath, openBucket, type Bucket, type GcsBlobStoreOptions } from './bucket.ts';
import { checkBucket } from './check.ts';
import { directLink } from './direct-link.ts';
import { failureOf } from './failure-of.ts';
import { listBlobs } from './listing.ts';
import { headBlob } from './look.ts';
import { eraseObject, reachBucket } from './objects.ts';
import { putKnown, putStream } from './put.ts';
import { removeOlder } from './remove.ts';
import { sweep } from './sweep.ts';
import { touchBlob } from './touch.ts';

export type { GcsBlobStoreOptions } from './bucket.ts';
export type { GcsCredentials } from './sign-in.ts';

/** Blobs in a bucket of Google Cloud Storage. */
export const createGcsBlobStore = (options: GcsBlobStoreOptions): CloudBlobStore => {
  const bucket = openBucket(options);
  return createCloudBlobStore({
    putStream: (source, limits) => putStream(bucket, source, limits),
    putKnown: (ref, open, signal) => putKnown(bucket, ref, open, signal),
    get: (sha256, asked) => getBlob(bucket, sha256, asked),
    head: (sha256) => headBlob(bucket, sha256),
    touch: (sha256) => touchBlob(bucket, sha256),
    remove: async (sha256) => (await eraseObject(bucket, bucket.names.blob(sha256))) === 'removed',
    removeOlder: (sha256, putBefore) => removeOlder(bucket, sha256, putBefore),
    list: (after) => listBlobs(bucket, after),
    link: (sha256, as) => directLink(bucket, sha256, as),
    reach: () => reachBucket(bucket),
    sweep: (before) => sweep(bucket, before),
    check: () => checkBucket(bucket),
    close: () => bucket.close(),
  });
};

const getBlob = async (bucket: Bucket, sha256: string, { range, signal }: GetOptions): Promise<Readable> => {
  const path = objectPath(bucket.name, bucket.names.blob(sha256));
  const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {};
  const body = await bucket.read({ path, params: { alt: 'media' }, headers, signal }).catch((error: unknown) => {
    throw failureOf(error, sha256);
  });
  return unbroken(body as Readable, bucket.idleTimeoutMs, signal);
};
