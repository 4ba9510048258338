import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  BlobNotFound,
  BlobTooLarge,
  blobRefOf,
  digestFile,
  isFound,
  isSha256,
  openPlainFile,
  readableFrom,
  streamOf,
  unbroken,
  unlimitedBytes,
  type BlobKey,
  type BlobStore,
  type GetOptions,
} from '@ffapi/blob';
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

export interface GcsBlobStore extends BlobStore {
  /** Throws what is wrong in one line: an absent bucket, credentials, a clock, an endpoint that is not reached or keeps other bytes. */
  check(): Promise<void>;
  close(): void;
}

/** A blob store in a bucket, for any number of processes at once; no local disk is used. */
export const createGcsBlobStore = (options: GcsBlobStoreOptions): GcsBlobStore => {
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
      if (putBefore !== undefined) return removeOlder(bucket, sha256, putBefore);
      return (await eraseObject(bucket, bucket.names.blob(sha256))) === 'removed';
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
    close: () => bucket.close(),
  };
};

const getBlob = async (bucket: Bucket, { sha256 }: BlobKey, { range, signal }: GetOptions): Promise<Readable> => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  const path = objectPath(bucket.name, bucket.names.blob(sha256));
  const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end ?? ''}` } : {};
  const body = await bucket.read({ path, params: { alt: 'media' }, headers, signal }).catch((error: unknown) => {
    throw failureOf(error, sha256);
  });
  return unbroken(body as Readable, bucket.idleTimeoutMs, signal);
};
