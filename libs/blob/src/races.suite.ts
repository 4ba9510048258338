import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Door } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobRefOf, readBlob, type BlobStore } from './index.ts';

/** Two processes at one bucket or container, one of them behind a door. */
export interface OpenRaces {
  readonly other: BlobStore;
  /** Its requests pass the door. */
  readonly held: BlobStore;
  readonly door: Pick<Door, 'watch'>;
  /** What is left of writes and deletes that are over. */
  leftovers(): AsyncIterable<unknown>;
  close(): Promise<void>;
}

export interface RacesOptions {
  /** More requests than any operation makes. */
  readonly stepsMax: number;
  /** How exactly the store tells the age of a blob. */
  readonly grainMs: number;
}

const contendedCount = 60;

/** What every store in the cloud keeps to when several processes put and delete the same content. */
export const racesSuite = (name: string, open: () => Promise<OpenRaces>, { stepsMax, grainMs }: RacesOptions): void => {
  describe(`${name} blob stores that put and delete the same content`, () => {
    const oldMax = 12 * stepsMax + contendedCount;
    const dir = mkdtempSync(join(tmpdir(), 'ffapi-races-'));
    let opened: OpenRaces;
    let door: OpenRaces['door'];
    let other: BlobStore;
    let held: BlobStore;
    let putBefore: Date;
    const old: Buffer[] = Array.from({ length: oldMax }, () => randomBytes(10));
    /** Contents that are stored and older than `putBefore`. */
    const takeOld = (count: number): Buffer[] => old.splice(0, count);
    beforeAll(async () => {
      opened = await open();
      ({ other, held, door } = opened);
      for (let from = 0; from < oldMax; from += 20)
        await Promise.all(old.slice(from, from + 20).map((bytes) => other.put(bytes)));
      await delay(grainMs + 100);
      putBefore = new Date();
    });
    afterAll(async () => {
      await opened.close();
      rmSync(dir, { recursive: true });
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
      const path = join(dir, randomUUID());
      writeFileSync(path, bytes);
      return path;
    };
    const puts: [string, (store: BlobStore, bytes: Buffer) => Promise<unknown>][] = [
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

    it.each(puts)(
      'keep what a %s brings when another delete comes before it at any step of a delete',
      async (_, put) => {
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
      },
    );

    it.each(puts)('keep what a %s brings that a delete comes into at any step', async (_, put) => {
      const contents = takeOld(stepsMax);
      for (const [step, bytes] of contents.entries()) {
        const ref = blobRefOf(bytes);
        interrupt(step, () => other.delete(ref, { putBefore }));
        await put(held, bytes);
        expect(await other.has(ref), `step ${step}`).toBe(true);
      }
    });

    it.each(puts)('keep what a %s brings that the same put comes into at any step', async (_, put) => {
      for (let step = 0; step < stepsMax; step++) {
        const bytes = randomBytes(10);
        interrupt(step, () => put(other, bytes));
        await put(held, bytes);
        expect(await readBlob(other, blobRefOf(bytes)), `step ${step}`).toEqual(bytes);
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
      const left: unknown[] = [];
      for await (const one of opened.leftovers()) left.push(one);
      expect(left).toEqual([]);
    });

    it('write a blob that many others touch and put at the same moment', async () => {
      door.watch(() => 'pass');
      const bytes = randomBytes(10);
      await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? other : held).put(bytes)));
      const touched = await Promise.all(Array.from({ length: 60 }, () => other.touch(blobRefOf(bytes))));
      expect(touched).toEqual(Array(60).fill(true));
      expect(await readBlob(other, blobRefOf(bytes))).toEqual(bytes);
    });
  });
};
