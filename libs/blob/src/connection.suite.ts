import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Answer, Door } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobRefOf, BlobStoreUnavailable, patientBlobStore, readBlob, type BlobStore } from './index.ts';

/** A store whose requests pass a door. */
export interface OpenConnection {
  readonly store: BlobStore;
  readonly door: Pick<Door, 'watch'>;
  close(): Promise<void>;
}

export interface ConnectionOptions {
  /** How long the store waits for a connection that is silent. */
  readonly idleTimeoutMs: number;
  /** More than one block, part or piece. */
  readonly largeBytes: number;
  /** What the failure calls a server that stays silent. */
  readonly silence: RegExp;
  /** What the server answers that has no time. */
  readonly busy: Answer;
  /** Whether this request, such as `GET /bucket/key`, asks for the bytes of a blob. */
  readonly isBody: (asked: string) => boolean;
}

/** How every store in the cloud bears connections that are lost, silent or cut off. */
export const connectionSuite = (
  name: string,
  open: () => Promise<OpenConnection>,
  { idleTimeoutMs, largeBytes, silence, busy, isBody }: ConnectionOptions,
): void => {
  describe(`${name} blob store over a bad connection`, () => {
    let opened: OpenConnection;
    let store: BlobStore;
    let door: OpenConnection['door'];
    beforeAll(async () => {
      opened = await open();
      ({ store, door } = opened);
    });
    afterAll(() => opened.close());

    const losing = (fate: 'lose' | 'silence') => {
      const lost = new Set<string>();
      door.watch((asked) => {
        if (lost.has(asked)) return 'pass';
        lost.add(asked);
        return fate === 'lose' ? fate : new Promise(() => {});
      });
      return lost;
    };

    it.each(['lose', 'silence'] as const)('repeats what met a connection that was lost or silent: %s', async (fate) => {
      const lost = losing(fate);
      for (const sizeBytes of [1000, largeBytes]) {
        const bytes = randomBytes(sizeBytes);
        const ref = await store.put(bytes);
        expect((await readBlob(store, ref)).equals(bytes)).toBe(true);
        expect(await store.delete(ref, { putBefore: new Date(Date.now() + 60_000) })).toBe(true);
      }
      expect(lost.size).toBeGreaterThan(8);
    });

    it('gives up a server that stays silent', async () => {
      door.watch(() => new Promise(() => {}));
      const key = { sha256: 'a'.repeat(64) };
      const failures = await Promise.all(
        [store.put(randomBytes(9)), store.head(key), store.get(key)].map((each) =>
          each.catch((error: unknown) => error),
        ),
      );
      for (const failure of failures)
        expect(failure).toMatchObject({ name: 'BlobStoreUnavailable', message: expect.stringMatching(silence) });
    });

    it.each([
      ['was cut off', 'lose halfway'],
      ['does not go on', 'stop halfway'],
    ] as const)('tells a body that %s from a whole one', async (_, fate) => {
      door.watch(() => 'pass');
      const ref = await store.put(randomBytes(1 << 20));
      door.watch(() => fate);
      const body = await store.get(ref);
      await expect(body.toArray()).rejects.toBeInstanceOf(BlobStoreUnavailable);
    });

    /** Longer than an SDK, which gives up after four requests. */
    const insist = async <T>(work: () => Promise<T>): Promise<T> => {
      for (let tries = 1; ; tries++) {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof BlobStoreUnavailable) || tries === 3) throw error;
        }
      }
    };

    it('is read to its end by who waits, however often a body is cut off', async () => {
      door.watch(() => 'pass');
      const bytes = randomBytes(1 << 20);
      const ref = await store.put(bytes);
      let bodies = 0;
      door.watch((asked) => (isBody(asked) && ++bodies <= 4 ? 'lose halfway' : 'pass'));
      const read = await readBlob(patientBlobStore(store, insist), ref);
      expect(read.equals(bytes)).toBe(true);
      expect(bodies).toBe(5);
    });

    it('takes in what is put by who waits, when it is back', async () => {
      let refused = 0;
      door.watch(() => (++refused <= 6 ? busy : 'pass'));
      const bytes = randomBytes(1000);
      expect(await patientBlobStore(store, insist).put(bytes)).toEqual(blobRefOf(bytes));
      expect(await readBlob(store, blobRefOf(bytes))).toEqual(bytes);
    });

    it('lets a reader pause for longer than the server may, and give up', async () => {
      door.watch(() => 'pass');
      const bytes = randomBytes(16 << 20);
      const ref = await store.put(bytes);
      // Also over a connection that was used before.
      for (let round = 0; round < 2; round++) {
        const body = await store.get(ref);
        const start = performance.now();
        await once(body, 'readable');
        await expect.poll(() => performance.now() - start).toBeGreaterThan(3 * idleTimeoutMs);
        expect(Buffer.concat(await body.toArray()).equals(bytes)).toBe(true);
      }
      const abort = new AbortController();
      const aborted = await store.get(ref, { signal: abort.signal });
      abort.abort();
      await expect(aborted.toArray()).rejects.toMatchObject({ name: 'AbortError' });
      await expect(store.get(ref, { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
};
