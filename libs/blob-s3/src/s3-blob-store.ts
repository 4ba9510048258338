import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  BlobNotFound,
  createCloudBlobStore,
  unbroken,
  type CloudBlobStore,
  type GetOptions,
  type StoredBlob,
} from '@ffapi/blob';
import { headObject, openBucket, reachBucket, type Bucket, type S3BlobStoreOptions } from './bucket.ts';
import { checkBucket } from './check.ts';
import { directLink } from './direct-link.ts';
import { failureOf } from './failure-of.ts';
import { listBlobs } from './listing.ts';
import { putKnown, putStream } from './put.ts';
import { removeBlob, removeOlder } from './remove.ts';
import { sweep } from './sweep.ts';
import { latestOf, markersOf, touchBlob } from './touch.ts';

export type { S3BlobStoreOptions } from './bucket.ts';

/** Blobs in a bucket of S3, or of a server that speaks its protocol. */
export const createS3BlobStore = (options: S3BlobStoreOptions): CloudBlobStore => {
  const bucket = openBucket(options);
  return createCloudBlobStore({
    putStream: (source, limits) => putStream(bucket, source, limits),
    putKnown: (ref, open, signal) => putKnown(bucket, ref, open, signal),
    get: (sha256, asked) => getBlob(bucket, sha256, asked),
    head: (sha256) => headBlob(bucket, sha256),
    touch: (sha256) => touchBlob(bucket, sha256),
    remove: (sha256) => removeBlob(bucket, sha256),
    removeOlder: (sha256, putBefore) => removeOlder(bucket, sha256, putBefore),
    list: (after) => listBlobs(bucket, after),
    link: (sha256, as) => directLink(bucket, sha256, as),
    reach: () => reachBucket(bucket),
    sweep: (before) => sweep(bucket, before),
    check: () => checkBucket(bucket),
    close: () => {
      bucket.client.destroy();
      bucket.reading.destroy();
      bucket.signing?.destroy();
    },
  });
};

/** The markers are listed also because HEAD alone does not tell a bucket that is gone from an object that is. */
const headBlob = async (bucket: Bucket, sha256: string): Promise<StoredBlob> => {
  const [blob, markers] = await Promise.all([headObject(bucket, bucket.keys.blob(sha256)), markersOf(bucket, sha256)]);
  if (!blob) throw new BlobNotFound(sha256);
  return { sha256, sizeBytes: blob.sizeBytes, modifiedAt: latestOf(blob.modifiedAt, markers) };
};

const getBlob = async (bucket: Bucket, sha256: string, { range, signal }: GetOptions): Promise<Readable> => {
  const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
  try {
    const asked = new GetObjectCommand({ Bucket: bucket.name, Key: bucket.keys.blob(sha256), Range });
    const { Body } = await bucket.reading.send(asked, { abortSignal: signal });
    return unbroken(Body as Readable, bucket.idleTimeoutMs, signal);
  } catch (error) {
    throw failureOf(error, sha256);
  }
};
