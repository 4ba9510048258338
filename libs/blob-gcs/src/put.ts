import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { blocksOf, BlobStoreUnavailable, createMeter, until, type BlobRef, type PutOptions } from '@ffapi/blob';
import type { Bucket } from './bucket.ts';
import { look, touchedNow } from './look.ts';
import { insertObject, type Written } from './objects.ts';
import { openStage, type Stage } from './stage.ts';
import { renew, touchBlob } from './touch.ts';

const triesMax = 10;
/** Google's own limit of an object. */
const sizeBytesLimit = 5 * 1024 ** 4;

/** Writes a blob that is not there, under the condition that it still is not; one that is there is new again. */
const settle = async (
  bucket: Bucket,
  sha256: string,
  write: (name: string, written: Written) => Promise<boolean>,
): Promise<void> => {
  const since = new Date();
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await look(bucket, sha256);
    if (!found) {
      const written = { conditions: { ifGenerationMatch: '0' }, metadata: touchedNow() };
      if (await write(bucket.names.blob(sha256), written)) return;
    } else if (found.modifiedAt >= since || (await renew(bucket, sha256, found))) return;
  }
  throw new BlobStoreUnavailable('the blob is deleted as often as it is written');
};

/**
 * Takes in bytes while they are digested. What fits one piece goes straight into place; more is written beside in pieces,
 * of which one object is made in its place when all of them are there.
 */
export const putStream = async (
  bucket: Bucket,
  source: Readable,
  { sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutOptions,
  expected?: BlobRef,
): Promise<BlobRef> => {
  const meter = createMeter(Math.min(sizeBytesMax, sizeBytesLimit));
  const whole = (): BlobRef => {
    signal?.throwIfAborted();
    const ref = meter.ref();
    if (expected && ref.sha256 !== expected.sha256) throw new Error('the source was written to while it was stored');
    return ref;
  };
  let held: Buffer | undefined;
  let stage: Stage | undefined;
  try {
    for await (const piece of blocksOf(meter.through(until(source, signal)), bucket.pieceSizeBytes)) {
      if (held) {
        stage ??= openStage(bucket, bucket.names.upload(randomUUID()));
        await stage.add(held);
      }
      held = piece;
    }
    const last = held ?? Buffer.alloc(0);
    const ref = whole();
    if (stage) {
      const pieces = stage;
      await pieces.add(last);
      await settle(bucket, ref.sha256, (name, written) => pieces.compose(name, written));
    } else await settle(bucket, ref.sha256, (name, written) => insertObject(bucket, name, last, written));
    return ref;
  } finally {
    await stage?.discard();
  }
};

/** Takes in bytes whose digest is known: not at all when they are there already. */
export const putKnown = async (
  bucket: Bucket,
  ref: BlobRef,
  open: () => Readable,
  signal?: AbortSignal,
): Promise<void> => {
  if (!(await touchBlob(bucket, ref.sha256))) await putStream(bucket, open(), { signal }, ref);
};
