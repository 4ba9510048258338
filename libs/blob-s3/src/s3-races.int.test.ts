import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobStoreUnavailable, readBlob, type CloudBlobStore } from '@ffapi/blob';
import { racesSuite } from '@ffapi/blob/races-suite';
import { findVersityGw, openDoor, startVersityGw } from '@ffapi/testkit';
import { describe, expect, it } from 'vitest';
import { objectsUnder, openBucket } from './bucket.ts';
import { createS3BlobStore } from './index.ts';

const open = async () => {
  const server = await startVersityGw();
  const door = await openDoor(server.endpoint);
  const at = (endpoint: string): CloudBlobStore => createS3BlobStore({ ...server, forcePathStyle: true, endpoint });
  const [other, held] = [at(server.endpoint), at(door.endpoint)];
  const bucket = openBucket({ ...server, forcePathStyle: true });
  return {
    other,
    held,
    door,
    async *leftovers() {
      for (const folder of [bucket.keys.incoming, bucket.keys.unused]) yield* objectsUnder(bucket, folder);
    },
    close: async () => {
      other.close();
      held.close();
      bucket.client.destroy();
      await door.close();
      await server.stop();
    },
  };
};

if (findVersityGw()) racesSuite('S3', open, { stepsMax: 14, grainMs: 1000 });

describe.skipIf(!findVersityGw())('S3 blob stores', () => {
  it('put back what a process had set aside when it ended', async () => {
    const { other, held, door, close } = await open();
    const bytes = randomBytes(10);
    const ref = await other.put(bytes);
    await delay(1100);
    const putBefore = new Date();
    let isGone = false;
    door.watch((asked) => {
      if (isGone) return 'lose';
      isGone = asked.startsWith('DELETE');
      return 'pass';
    });
    await expect(held.delete(ref, { putBefore })).rejects.toBeInstanceOf(BlobStoreUnavailable);
    expect(await other.has(ref)).toBe(false);
    expect(await other.sweepIncoming(putBefore)).toBe(0);
    expect(await other.has(ref)).toBe(false);
    await other.sweepIncoming(new Date(Date.now() + 60_000));
    expect(await readBlob(other, ref)).toEqual(bytes);
    expect(await other.delete(ref)).toBe(true);
    await close();
  });
});
