import { randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { blobRefOf, BlobStoreUnavailable, readBlob, type CloudBlobStore } from '@ffapi/blob';
import { findVersityGw, openDoor, startVersityGw, type Door, type TestS3 } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsUnder, openBucket } from './bucket.ts';
import { createS3BlobStore } from './index.ts';

/** More requests than any operation makes. */
const stepsMax = 14;
const contendedCount = 60;
const oldMax = 12 * stepsMax + contendedCount + 1;

describe.skipIf(!findVersityGw())('S3 blob stores that put and delete the same content', () => {
  let server: TestS3;
  let door: Door;
  let other: CloudBlobStore;
  let held: CloudBlobStore;
  let putBefore: Date;
  const old: Buffer[] = Array.from({ length: oldMax }, () => randomBytes(10));
  /** Contents that are stored and older than `putBefore`. */
  const takeOld = (count: number): Buffer[] => old.splice(0, count);
  beforeAll(async () => {
    server = await startVersityGw();
    door = await openDoor(server.endpoint);
    other = createS3BlobStore({ ...server, forcePathStyle: true });
    held = createS3BlobStore({ ...server, forcePathStyle: true, endpoint: door.endpoint });
    for (let from = 0; from < oldMax; from += 20)
      await Promise.all(old.slice(from, from + 20).map((bytes) => other.put(bytes)));
    await delay(1100);
    putBefore = new Date();
  });
  afterAll(async () => {
    other.close();
    held.close();
    await door.close();
    await server.stop();
  });

  /** Runs something once, before the request of this number goes on. */
  const interrupt = (step: number, run: () => Promise<unknown>) => {
    let asked = 0;
    let ran = false;
    door.watch(async () => {
      if (asked++ === step) {
        ran = true;
        await run();
      }
      return 'pass' as const;
    });
    return () => ran;
  };

  const fileOf = (bytes: Buffer) => {
    const path = join(server.dir, '..', randomUUID());
    writeFileSync(path, bytes);
    return path;
  };
  const puts: [string, (store: CloudBlobStore, bytes: Buffer) => Promise<unknown>][] = [
    ['put of bytes', (store, bytes) => store.put(bytes)],
    ['put of a stream', (store, bytes) => store.put(Readable.from([bytes]))],
    ['put of a file', (store, bytes) => store.putFile(fileOf(bytes), { move: true })],
    [
      'touch that finds it, else put',
      async (store, bytes) => (await store.touch(blobRefOf(bytes))) || store.put(bytes),
    ],
  ];

  it.each(puts)('keep what a %s brings at any step of a delete', async (_, put) => {
    const contents = takeOld(stepsMax);
    const undisturbed: boolean[] = [];
    for (const [step, bytes] of contents.entries()) {
      const ref = blobRefOf(bytes);
      const ran = interrupt(step, () => put(other, bytes));
      const isDeleted = await held.delete(ref, { putBefore });
      expect(await other.has(ref), `step ${step}`).toBe(ran());
      if (!ran()) undisturbed.push(isDeleted);
    }
    expect(new Set(undisturbed)).toEqual(new Set([true]));
  });

  it.each(puts)('keep what a %s brings when another delete comes before it at any step of a delete', async (_, put) => {
    const contents = takeOld(stepsMax);
    for (const [step, bytes] of contents.entries()) {
      const ref = blobRefOf(bytes);
      const ran = interrupt(step, async () => {
        await other.delete(ref, { putBefore });
        await put(other, bytes);
      });
      await held.delete(ref, { putBefore });
      expect(await other.has(ref), `step ${step}`).toBe(ran());
    }
  });

  it.each(puts)('keep what a %s brings that a delete comes into at any step', async (_, put) => {
    const contents = takeOld(stepsMax);
    for (const [step, bytes] of contents.entries()) {
      const ref = blobRefOf(bytes);
      interrupt(step, () => other.delete(ref, { putBefore }));
      await put(held, bytes);
      expect(await other.has(ref), `step ${step}`).toBe(true);
    }
  });

  it('lose nothing when all of that happens at once, and leave nothing else behind', async () => {
    door.watch(() => 'pass');
    const contents = takeOld(contendedCount);
    const work = contents.flatMap((bytes, n) => {
      const ref = blobRefOf(bytes);
      const put = puts[n % puts.length]![1];
      return [other, held].flatMap((store) => [
        () => store.delete(ref, { putBefore }),
        () => put(store, bytes),
        () => store.delete(ref, { putBefore }),
      ]);
    });
    await Promise.all(work.map((run) => run()));
    for (const bytes of contents) expect(await readBlob(other, blobRefOf(bytes))).toEqual(bytes);
    const { keys, ...bucket } = openBucket({ ...server, forcePathStyle: true });
    for (const folder of [keys.incoming, keys.unused])
      expect((await objectsUnder({ keys, ...bucket }, folder).next()).done, folder).toBe(true);
  });

  it('put back what a process had set aside when it ended', async () => {
    const [bytes = Buffer.alloc(0)] = takeOld(1);
    const ref = blobRefOf(bytes);
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
  });
});
