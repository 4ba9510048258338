import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  blobRefOf,
  BlobNotFound,
  BlobTooLarge,
  digestFile,
  isSha256,
  isFound,
  openPlainFile,
  readableFrom,
  streamOf,
  unbroken,
  unlimitedBytes,
  type BlobKey,
  type BlobStore,
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

export interface S3BlobStore extends BlobStore {
  /** Throws what is wrong in one line: an absent bucket, credentials, an endpoint that is not reached or keeps other bytes. */
  check(): Promise<void>;
  close(): void;
}

/** A blob store in a bucket, for any number of processes at once; no local disk is used. */
export const createS3BlobStore = (options: S3BlobStoreOptions): S3BlobStore => {
  const bucket = openBucket(options);
  const head = (key: BlobKey) => headBlob(bucket, key);
  return {
    put: async (body, limits = {}) => {
      if (!(body instanceof Uint8Array)) return putStream(bucket, readableFrom(body), limits);
      const { sizeBytesMax = Infinity } = limits;
      if (body.byteLength > sizeBytesMax) throw new BlobTooLarge(sizeBytesMax);
      const ref = blobRefOf(body);
      await putKnown(bucket, ref, () => readableFrom(body), limits.signal);
      return ref;
    },
    putFile: async (path, { move, as, ...limits } = {}) => {
      await using file = await openPlainFile(path, { as });
      const ref = await digestFile(file, limits);
      await putKnown(bucket, ref, () => streamOf(file), limits.signal);
      if (move) await rm(path);
      return ref;
    },
    get: (key, asked = {}) => getBlob(bucket, key, asked),
    head,
    has: (key) => isFound(head(key)),
    touch: async ({ sha256 }) => isSha256(sha256) && touchBlob(bucket, sha256),
    delete: async ({ sha256 }, { putBefore } = {}) => {
      if (!isSha256(sha256)) return false;
      return putBefore === undefined ? removeBlob(bucket, sha256) : removeOlder(bucket, sha256, putBefore);
    },
    list: (after = '') => listBlobs(bucket, after),
    localPath: async (key) => {
      await head(key);
      return null;
    },
    directLink: (key, as) => directLink(bucket, key, as),
    freeBytes: async () => {
      // Who asks wants to know whether anything can be stored.
      await reachBucket(bucket);
      return unlimitedBytes;
    },
    sweepIncoming: (before) => sweep(bucket, before),
    check: () => checkBucket(bucket),
    close: () => {
      bucket.client.destroy();
      bucket.reading.destroy();
      bucket.signing?.destroy();
    },
  };
};

/** The markers are listed also because HEAD alone does not tell a bucket that is gone from an object that is. */
const headBlob = async (bucket: Bucket, { sha256 }: BlobKey): Promise<StoredBlob> => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  const [blob, markers] = await Promise.all([headObject(bucket, bucket.keys.blob(sha256)), markersOf(bucket, sha256)]);
  if (!blob) throw new BlobNotFound(sha256);
  return { sha256, sizeBytes: blob.sizeBytes, modifiedAt: latestOf(blob.modifiedAt, markers) };
};

const getBlob = async (bucket: Bucket, { sha256 }: BlobKey, { range, signal }: GetOptions): Promise<Readable> => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
  try {
    const asked = new GetObjectCommand({ Bucket: bucket.name, Key: bucket.keys.blob(sha256), Range });
    const { Body } = await bucket.reading.send(asked, { abortSignal: signal });
    return unbroken(Body as Readable, bucket.idleTimeoutMs, signal);
  } catch (error) {
    throw failureOf(error, sha256);
  }
};
