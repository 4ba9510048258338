import { randomUUID } from 'node:crypto';
import { BlobStoreUnavailable, createMeter, type BlobRef, type PutOptions } from '@ffapi/blob';
import { eraseObject, headObject, type Bucket } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { touchBlob } from './touch.ts';
import { partsMax, uploadObject } from './upload.ts';

const writesMax = 10;

/** Writes a blob that is not there, and again when a delete has taken it away meanwhile; one that is there is new again. */
const settle = async (bucket: Bucket, sha256: string, write: () => Promise<unknown>): Promise<void> => {
  if (!(await headObject(bucket, bucket.keys.blob(sha256)))) await write();
  for (let writes = 1; !(await touchBlob(bucket, sha256)); writes++) {
    if (writes === writesMax) throw new BlobStoreUnavailable('the blob is deleted as often as it is written');
    await write();
  }
};

/** Takes in bytes whose digest is known at their end only: written beside, then copied into place inside the bucket. */
export const putStream = async (
  bucket: Bucket,
  source: AsyncIterable<Uint8Array>,
  { sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutOptions,
): Promise<BlobRef> => {
  const incoming = bucket.keys.upload(randomUUID());
  const meter = createMeter(Math.min(sizeBytesMax, partsMax * bucket.partSizeBytes));
  await uploadObject(bucket, incoming, meter.through(source), { signal });
  try {
    signal?.throwIfAborted();
    const { sha256, sizeBytes } = meter.ref();
    const copy = { from: incoming, to: bucket.keys.blob(sha256), sizeBytes };
    await settle(bucket, sha256, async () => {
      if (!(await copyObject(bucket, copy))) throw new BlobStoreUnavailable('the upload was swept away');
    });
  } finally {
    await eraseObject(bucket, incoming);
  }
  return meter.ref();
};

/** Takes in bytes whose digest is known, straight into place: they are digested again on the way, before the last part. */
export const putKnown = (
  bucket: Bucket,
  ref: BlobRef,
  open: () => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> =>
  settle(bucket, ref.sha256, () =>
    uploadObject(bucket, bucket.keys.blob(ref.sha256), checked(ref, open()), { signal, sizeBytes: ref.sizeBytes }),
  );

async function* checked(ref: BlobRef, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const meter = createMeter();
  yield* meter.through(source);
  if (meter.ref().sha256 !== ref.sha256) throw new Error('the source was written to while it was stored');
}
