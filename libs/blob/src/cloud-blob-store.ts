import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  unlimitedBytes,
  type BlobKey,
  type BlobRef,
  type BlobStore,
  type GetOptions,
  type LinkOptions,
  type PutOptions,
  type StoredBlob,
} from './blob-store.ts';
import { blobRefOf, digestFile, isSha256, readableFrom, streamOf } from './digest.ts';
import { BlobNotFound, BlobTooLarge } from './failures.ts';
import { isFound } from './is-found.ts';
import { openPlainFile } from './plain-file.ts';

/** What a store of objects does by itself. A digest that is given to it is one. */
export interface CloudCalls {
  putStream(source: Readable, limits: PutOptions): Promise<BlobRef>;
  /** Takes in bytes whose digest is known: not at all when they are there already. */
  putKnown(ref: BlobRef, open: () => Readable, signal: AbortSignal | undefined): Promise<void>;
  get(sha256: string, options: GetOptions): Promise<Readable>;
  /** Throws `BlobNotFound`. */
  head(sha256: string): Promise<StoredBlob>;
  touch(sha256: string): Promise<boolean>;
  remove(sha256: string): Promise<boolean>;
  removeOlder(sha256: string, putBefore: Date): Promise<boolean>;
  /** Any text may be asked for. */
  list(after: string): AsyncIterable<StoredBlob>;
  link(sha256: string, options: LinkOptions): Promise<string | null>;
  /** Throws when nothing can be stored. */
  reach(): Promise<void>;
  sweep(before: Date): Promise<number>;
  /** Throws what is wrong in one line: an absent container, credentials, a clock, an endpoint that is not reached or keeps other bytes. */
  check(): Promise<void>;
  close(): void;
}

export interface CloudBlobStore extends BlobStore, Pick<CloudCalls, 'check' | 'close'> {}

/** A blob store in a bucket or container, for any number of processes at once; no local disk is used. */
export const createCloudBlobStore = (calls: CloudCalls): CloudBlobStore => {
  const digestOf = ({ sha256 }: BlobKey): string => {
    if (!isSha256(sha256)) throw new BlobNotFound(sha256);
    return sha256;
  };
  const head = async (key: BlobKey): Promise<StoredBlob> => calls.head(digestOf(key));
  return {
    put: async (body, limits = {}) => {
      if (!(body instanceof Uint8Array)) return calls.putStream(readableFrom(body), limits);
      const { sizeBytesMax = Infinity } = limits;
      if (body.byteLength > sizeBytesMax) throw new BlobTooLarge(sizeBytesMax);
      const ref = blobRefOf(body);
      await calls.putKnown(ref, () => readableFrom(body), limits.signal);
      return ref;
    },
    putFile: async (path, { move, as, ...limits } = {}) => {
      await using file = await openPlainFile(path, { as });
      const ref = await digestFile(file, limits);
      await calls.putKnown(ref, () => streamOf(file), limits.signal);
      if (move) await rm(path);
      return ref;
    },
    get: async (key, options = {}) => calls.get(digestOf(key), options),
    head,
    has: (key) => isFound(head(key)),
    touch: async ({ sha256 }) => isSha256(sha256) && calls.touch(sha256),
    delete: async ({ sha256 }, { putBefore } = {}) => {
      if (!isSha256(sha256)) return false;
      return putBefore === undefined ? calls.remove(sha256) : calls.removeOlder(sha256, putBefore);
    },
    list: (after = '') => calls.list(after),
    localPath: async (key) => {
      await head(key);
      return null;
    },
    directLink: async (key, options) => calls.link(digestOf(key), options),
    freeBytes: async () => {
      // Who asks wants to know whether anything can be stored.
      await calls.reach();
      return unlimitedBytes;
    },
    sweepIncoming: (before) => calls.sweep(before),
    check: () => calls.check(),
    close: () => calls.close(),
  };
};
