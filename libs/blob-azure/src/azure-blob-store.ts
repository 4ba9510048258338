import type { Readable } from 'node:stream';
import { BlobNotFound, createCloudBlobStore, unbroken, type CloudBlobStore, type GetOptions } from '@ffapi/blob';
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

/** Blobs in a container of Azure Blob Storage. */
export const createAzureBlobStore = (options: AzureBlobStoreOptions): CloudBlobStore => {
  const container = openContainer(options);
  return createCloudBlobStore({
    putStream: (source, limits) => putStream(container, source, limits),
    putKnown: (ref, open, signal) => putKnown(container, ref, open, signal),
    get: (sha256, asked) => getBlob(container, sha256, asked),
    head: (sha256) => headBlob(container, sha256),
    touch: (sha256) => touchBlob(container, sha256),
    remove: async (sha256) => (await eraseBlob(container, container.names.blob(sha256))) === 'removed',
    removeOlder: (sha256, putBefore) => removeOlder(container, sha256, putBefore),
    list: (after) => listBlobs(container, after),
    link: (sha256, as) => directLink(container, sha256, as),
    reach: () => reachContainer(container),
    sweep: (before) => sweep(container, before),
    check: () => checkContainer(container),
    close: () => container.close(),
  });
};

const getBlob = async (container: Container, sha256: string, { range, signal }: GetOptions): Promise<Readable> => {
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
