import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  blobRefOf,
  BlobNotFound,
  BlobStoreFull,
  BlobTooLarge,
  identityOf,
  NotPlain,
  type BlobStore,
  type StoredBlob,
} from './index.ts';

export interface OpenBlobStore {
  readonly store: BlobStore;
  /** The same kind of store without room for one byte. */
  readonly fullStore: BlobStore;
  /** Whether it gives local paths. */
  readonly isLocal: boolean;
  /** Whether it gives direct links. */
  readonly givesLinks: boolean;
  close(): Promise<void>;
}

/** The folders above a blob, where a store has them. */
const fan = ({ sha256 }: { readonly sha256: string }): string => `/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/`;

/** The behaviour that every blob store shares; each adapter's test hands itself in. */
export const blobStoreSuite = (name: string, open: () => Promise<OpenBlobStore>): void => {
  describe(`blob store: ${name}`, () => {
    let opened: OpenBlobStore;
    let store: BlobStore;
    let dir: string;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
      dir = await mkdtemp(join(tmpdir(), 'ffapi-blob-suite-'));
    });
    afterAll(async () => {
      await opened.close();
      await rm(dir, { recursive: true });
    });

    const read = async (key: { sha256: string }, range?: { start: number; end?: number }) =>
      buffer(await store.get(key, { range }));
    const listed = async (after?: string) => {
      const found: StoredBlob[] = [];
      for await (const blob of store.list(after)) found.push(blob);
      return found;
    };
    const fileOf = async (bytes: Uint8Array) => {
      const path = join(dir, randomBytes(6).toString('hex'));
      await writeFile(path, bytes);
      return path;
    };

    it('gives back what was put, under the digest of the content', async () => {
      const bytes = randomBytes(300_000);
      const ref = await store.put(Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]));
      expect(ref).toEqual(blobRefOf(bytes));
      expect((await read(ref)).equals(bytes)).toBe(true);
      expect(await store.has(ref)).toBe(true);
      expect(await store.head(ref)).toMatchObject(ref);
    });

    it('keeps one copy of equal content and an empty blob', async () => {
      const bytes = randomBytes(1000);
      const [first, second] = await Promise.all([store.put(bytes), store.put(bytes)]);
      expect(second).toEqual(first);
      expect((await listed()).filter((blob) => blob.sha256 === first.sha256)).toHaveLength(1);
      const empty = await store.put(new Uint8Array(0));
      expect(empty.sizeBytes).toBe(0);
      expect(await read(empty)).toHaveLength(0);
    });

    it('reads ranges with both ends included', async () => {
      const bytes = randomBytes(1000);
      const ref = await store.put(bytes);
      expect(await read(ref, { start: 10, end: 19 })).toEqual(bytes.subarray(10, 20));
      expect(await read(ref, { start: 990 })).toEqual(bytes.subarray(990));
      expect(await read(ref, { start: 999, end: 5000 })).toEqual(bytes.subarray(999));
      await expect(read(ref, { start: 1000 })).rejects.toBeInstanceOf(RangeError);
    });

    it('takes no link, pipe or folder for a file', async () => {
      const [link, pipe] = [join(dir, randomBytes(6).toString('hex')), join(dir, randomBytes(6).toString('hex'))];
      await symlink(await fileOf(randomBytes(100)), link);
      execFileSync('mkfifo', [pipe]);
      for (const path of [link, pipe, dir])
        for (const move of [false, true]) await expect(store.putFile(path, { move })).rejects.toBeInstanceOf(NotPlain);
    });

    it('takes the file that was looked at, and no other in its place', async () => {
      const bytes = randomBytes(5000);
      const [looked, other, written] = [await fileOf(bytes), await fileOf(bytes), await fileOf(bytes)];
      const as = identityOf(await lstat(looked, { bigint: true }));
      await expect(store.putFile(other, { as })).rejects.toBeInstanceOf(NotPlain);
      const before = identityOf(await lstat(written, { bigint: true }));
      await writeFile(written, bytes);
      await expect(store.putFile(written, { as: before, move: true })).rejects.toBeInstanceOf(NotPlain);
      expect(await store.putFile(looked, { as, move: true })).toEqual(blobRefOf(bytes));
    });

    it('takes a file and leaves it, or takes it away', async () => {
      const bytes = randomBytes(5000);
      const kept = await fileOf(bytes);
      expect(await store.putFile(kept)).toEqual(blobRefOf(bytes));
      expect(await readFile(kept)).toEqual(bytes);
      const moved = await fileOf(bytes);
      expect(await store.putFile(moved, { move: true })).toEqual(blobRefOf(bytes));
      expect(existsSync(moved)).toBe(false);
      await rm(kept);
      expect(await read(blobRefOf(bytes))).toEqual(bytes);
    });

    it('refuses one byte more than allowed and shows nothing of it', async () => {
      const bytes = randomBytes(100_001);
      const limits = { sizeBytesMax: 100_000 };
      await expect(store.put(Readable.from([bytes]), limits)).rejects.toBeInstanceOf(BlobTooLarge);
      await expect(store.putFile(await fileOf(bytes), limits)).rejects.toBeInstanceOf(BlobTooLarge);
      expect(await store.has(blobRefOf(bytes))).toBe(false);
      const fits = bytes.subarray(1);
      expect(await store.put(Readable.from([fits]), limits)).toEqual(blobRefOf(fits));
    });

    it('shows nothing of a body that broke off or was aborted', async () => {
      const bytes = randomBytes(50_000);
      const broken = async function* () {
        yield bytes;
        throw new Error('source broke');
      };
      await expect(store.put(broken())).rejects.toThrow();
      const abort = new AbortController();
      const aborted = async function* () {
        yield bytes;
        abort.abort();
        yield randomBytes(1);
      };
      await expect(store.put(aborted(), { signal: abort.signal })).rejects.toThrow();
      expect(await store.has(blobRefOf(bytes))).toBe(false);
    });

    it('says what is missing and forgets what is deleted', async () => {
      const ref = await store.put(randomBytes(10));
      await store.delete(ref);
      await store.delete(ref);
      expect(await store.has(ref)).toBe(false);
      await expect(store.get(ref)).rejects.toBeInstanceOf(BlobNotFound);
      await expect(store.head(ref)).rejects.toBeInstanceOf(BlobNotFound);
    });

    it('deletes what is older than asked for, and spares what was put or touched since', async () => {
      const bytes = randomBytes(10);
      const ref = await store.put(bytes);
      expect(await store.delete(ref, { putBefore: new Date(0) })).toBe(false);
      expect(await store.has(ref)).toBe(true);
      const before = (await store.head(ref)).modifiedAt;
      await expect.poll(() => Date.now()).toBeGreaterThan(before.getTime() + 2);
      expect(await store.touch(ref)).toBe(true);
      expect(await store.delete(ref, { putBefore: new Date(before.getTime() + 1) })).toBe(false);
      expect(await store.delete(ref, { putBefore: new Date(Date.now() + 60_000) })).toBe(true);
      expect(await store.delete(ref)).toBe(false);
      expect(await store.touch(ref)).toBe(false);
    });

    it('loses nothing that is put again while it is deleted as old', async () => {
      const bytes = randomBytes(10);
      const path = await fileOf(bytes);
      const { sha256 } = await store.put(bytes);
      for (let round = 0; round < 30; round++) {
        const putBefore = new Date();
        await Promise.all([store.delete({ sha256 }, { putBefore }), store.putFile(path)]);
        expect(await store.has({ sha256 })).toBe(true);
      }
    });

    it('never lets a digest become a path', async () => {
      const key = { sha256: '../../etc/passwd' };
      expect(await store.has(key)).toBe(false);
      await expect(store.get(key)).rejects.toBeInstanceOf(BlobNotFound);
    });

    it('lists in the order of digests, from a digest on', async () => {
      await Promise.all([1, 2, 3, 4].map(() => store.put(randomBytes(20))));
      const all = await listed();
      expect(all.map((blob) => blob.sha256)).toEqual(all.map((blob) => blob.sha256).toSorted());
      const middle = all[1]!;
      expect(await listed(middle.sha256)).toEqual(all.slice(2));
      expect(middle.modifiedAt).toBeInstanceOf(Date);
    });

    it('gives a local path to the same bytes, or none', async () => {
      const bytes = randomBytes(64);
      const path = await store.localPath(await store.put(bytes));
      expect(path === null ? null : await readFile(path)).toEqual(opened.isLocal ? bytes : null);
    });

    it('gives a direct link to the bytes, to nothing else, or none', async () => {
      const bytes = randomBytes(5000);
      const [ref, other] = [await store.put(bytes), await store.put(randomBytes(10))];
      const contentDisposition = `attachment; filename="a b.txt"; filename*=UTF-8''%C3%A4%20b.txt`;
      const options = { contentType: 'text/plain', contentDisposition, lifetimeMs: 60_000 };
      const link = await store.directLink(ref, options);
      await expect(store.directLink({ sha256: '../../etc/passwd' }, options)).rejects.toBeInstanceOf(BlobNotFound);
      expect(link !== null).toBe(opened.givesLinks);
      if (link === null) return;
      const whole = await fetch(link);
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
      expect(whole.headers.get('content-type')).toBe('text/plain');
      expect(whole.headers.get('content-disposition')).toBe(contentDisposition);
      const part = await fetch(link, { headers: { range: 'bytes=100-199' } });
      expect(part.status).toBe(206);
      expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
      const forged = await fetch(link.replaceAll(ref.sha256, other.sha256).replaceAll(fan(ref), fan(other)));
      expect(forged.status).toBe(403);
    });

    it('tells the room left and refuses when there is none', async () => {
      expect(await store.freeBytes()).toBeGreaterThan(0);
      await expect(opened.fullStore.put(randomBytes(100_000))).rejects.toBeInstanceOf(BlobStoreFull);
      await expect(opened.fullStore.putFile(await fileOf(randomBytes(1)))).rejects.toBeInstanceOf(BlobStoreFull);
    });
  });
};
