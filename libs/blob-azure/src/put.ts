import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BlobRequestConditions } from '@azure/storage-blob';
import { blocksOf, BlobStoreUnavailable, createMeter, until, type BlobRef, type PutOptions } from '@ffapi/blob';
import { blobClient, type Container } from './container.ts';
import { copyBlob } from './copy.ts';
import { failureOf, isConflict, rethrow } from './failure-of.ts';
import { look, touchedNow } from './look.ts';
import { eraseBlob } from './remove.ts';
import { blocksMax, openStage } from './stage.ts';
import { renew, touchBlob } from './touch.ts';

const triesMax = 10;

/** Writes a blob that is not there, under the condition that it still is not; one that is there is new again. */
const settle = async (
  container: Container,
  sha256: string,
  write: (conditions: BlobRequestConditions) => Promise<boolean>,
): Promise<void> => {
  const since = new Date();
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await look(container, sha256);
    if (!found?.isWhole) {
      // A copy that failed is written over; while one goes on, the container refuses.
      if (await write(found ? { ifMatch: found.etag } : { ifNoneMatch: '*' })) return;
    } else if (found.modifiedAt >= since || (await renew(container, sha256, found))) return;
  }
  throw new BlobStoreUnavailable('the blob is deleted as often as it is written');
};

const putBlock = async (
  container: Container,
  sha256: string,
  block: Buffer,
  conditions: BlobRequestConditions,
): Promise<boolean> => {
  try {
    const metadata = touchedNow();
    await blobClient(container, container.names.blob(sha256)).upload(block, block.length, { conditions, metadata });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw failureOf(error);
  }
};

/** Nothing of an upload stays, neither a blob nor the blocks of one that was not finished. */
export const discard = async (container: Container, name: string): Promise<void> => {
  if ((await eraseBlob(container, name)) !== 'missing') return;
  // Blocks alone cannot be deleted: they go with a blob that takes their place.
  await blobClient(container, name).upload('', 0).catch(rethrow);
  await eraseBlob(container, name);
};

/**
 * Takes in bytes while they are digested. What fits one block goes straight into place; more is written beside, and
 * copied into place inside the container when all of it is there.
 */
export const putStream = async (
  container: Container,
  source: Readable,
  { sizeBytesMax = Number.POSITIVE_INFINITY, signal }: PutOptions,
  blockSizeBytes = container.blockSizeBytes,
  expected?: BlobRef,
): Promise<BlobRef> => {
  const meter = createMeter(Math.min(sizeBytesMax, blocksMax * blockSizeBytes));
  const incoming = container.names.upload(randomUUID());
  const stage = openStage(blobClient(container, incoming));
  const whole = (): BlobRef => {
    signal?.throwIfAborted();
    const ref = meter.ref();
    if (expected && ref.sha256 !== expected.sha256) throw new Error('the source was written to while it was stored');
    return ref;
  };
  let held: Buffer | undefined;
  let isStaged = false;
  try {
    for await (const block of blocksOf(meter.through(until(source, signal)), blockSizeBytes)) {
      if (held) {
        isStaged = true;
        await stage.add(held);
      }
      held = block;
    }
    const last = held ?? Buffer.alloc(0);
    const ref = whole();
    if (!isStaged) {
      await settle(container, ref.sha256, (conditions) => putBlock(container, ref.sha256, last, conditions));
      return ref;
    }
    await stage.add(last);
    await stage.commit();
    const copy = { from: incoming, to: container.names.blob(ref.sha256) };
    await settle(container, ref.sha256, (conditions) => copyBlob(container, { ...copy, conditions }));
    return ref;
  } finally {
    if (isStaged) {
      await stage.settled();
      await discard(container, incoming);
    }
  }
};

/** Takes in bytes whose digest is known: not at all when they are there already. */
export const putKnown = async (
  container: Container,
  ref: BlobRef,
  open: () => Readable,
  signal?: AbortSignal,
): Promise<void> => {
  if (await touchBlob(container, ref.sha256)) return;
  const blockSizeBytes = Math.max(container.blockSizeBytes, Math.ceil(ref.sizeBytes / blocksMax));
  await putStream(container, open(), { signal }, blockSizeBytes, ref);
};
