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
import { checkContainer } from './check.ts';
import { openContainer, reachContainer, type AzureBlobStoreOptions, type Container } from './container.ts';
import { directLink } from './direct-link.ts';
import { failureOf } from './failure-of.ts';
import { listBlobs } from './listing.ts';
import { headBlob, isWhole } from './look.ts';
import { putKnown, putStream } from './put.ts';
import { eraseBlob, removeOlder } from './remove.ts';
import { sweep } from './sweep.ts';
import { touchBlob } from './touch.ts';

export type { AzureAccount, AzureBlobStoreOptions } from './container.ts';

export interface AzureBlobStore extends BlobStore {
  /** Throws what is wrong in one line: an absent container, credentials, a clock, an endpoint that is not reached or keeps other bytes. */
  check(): Promise<void>;
  close(): void;
}

/** A blob store in a container, for any number of processes at once; no local disk is used. */
export const createAzureBlobStore = (options: AzureBlobStoreOptions): AzureBlobStore => {
  const container = openContainer(options);
  const head = (key: BlobKey) => headBlob(container, key);
  return {
    put: async (body, limits = {}) => {
      if (!(body instanceof Uint8Array)) return putStream(container, readableFrom(body), limits);
      const { sizeBytesMax = Infinity } = limits;
      if (body.byteLength > sizeBytesMax) throw new BlobTooLarge(sizeBytesMax);
      const ref = blobRefOf(body);
      await putKnown(container, ref, () => readableFrom(body), limits.signal);
      return ref;
    },
    putFile: async (path, { move, as, ...limits } = {}) => {
      await using file = await openPlainFile(path, { as });
      const ref = await digestFile(file, limits);
      await putKnown(container, ref, () => streamOf(file), limits.signal);
      if (move) await rm(path);
      return ref;
    },
    get: (key, asked = {}) => getBlob(container, key, asked),
    head,
    has: (key) => isFound(head(key)),
    touch: async ({ sha256 }) => isSha256(sha256) && touchBlob(container, sha256),
    delete: async ({ sha256 }, { putBefore } = {}) => {
      if (!isSha256(sha256)) return false;
      if (putBefore !== undefined) return removeOlder(container, sha256, putBefore);
      return (await eraseBlob(container, container.names.blob(sha256))) === 'removed';
    },
    list: (after = '') => listBlobs(container, after),
    localPath: async (key) => {
      await head(key);
      return null;
    },
    directLink: (key, as) => directLink(container, key, as),
    freeBytes: async () => {
      // Who asks wants to know whether anything can be stored.
      await reachContainer(container);
      return unlimitedBytes;
    },
    sweepIncoming: (before) => sweep(container, before),
    check: () => checkContainer(container),
    close: () => container.close(),
  };
};

const getBlob = async (container: Container, { sha256 }: BlobKey, { range, signal }: GetOptions): Promise<Readable> => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  const count = range?.end === undefined ? undefined : range.end - range.start + 1;
  const answer = await container.reading
    .getBlobClient(container.names.blob(sha256))
    .download(range?.start, count, { ...(signal ? { abortSignal: signal } : {}), maxRetryRequests: 0 })
    .catch((error: unknown) => {
      throw failureOf(error, sha256);
    });
  const body = answer.readableStreamBody as Readable;
  const refuse = (failure: Error): never => {
    body.destroy();
    throw failure;
  };
  if (!isWhole(answer)) refuse(new BlobNotFound(sha256));
  if (range && answer.contentLength === 0) refuse(new RangeError('the range starts behind the end'));
  return unbroken(body, container.idleTimeoutMs, signal);
};
