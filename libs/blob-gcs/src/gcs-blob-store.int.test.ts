import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { blobRefOf, BlobTooLarge, readBlob, type StoredBlob } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { findFakeGcs, gcsFailure, openDoor, skipLane, startFakeGcs, type TestGcs } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBucket, type GcsBlobStoreOptions } from './bucket.ts';
import { createGcsBlobStore } from './index.ts';
import { composedMax, describeObject, insertObject, objectsUnder, type Described, type Metadata } from './objects.ts';

const mib = 1 << 20;
const pieceSizeBytes = mib;

if (!findFakeGcs()) {
  skipLane('gcs: fake-gcs-server is not here (node tools/fake-gcs-server/build.mjs)', ['libs/blob-gcs']);
  // A file without a test would fail.
  it.skip('the suite over the wire needs a server', () => {});
} else {
  let server: TestGcs;
  beforeAll(async () => {
    server = await startFakeGcs();
  });
  afterAll(() => server.stop());
  const open = (options: Partial<GcsBlobStoreOptions>) => createGcsBlobStore({ ...server, pieceSizeBytes, ...options });
  const bucketOf = (prefix: string) => openBucket({ ...server, pieceSizeBytes, prefix });
  const namesOf = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    const bucket = bucketOf(prefix);
    for await (const { name } of objectsUnder(bucket, prefix)) found.push(name);
    bucket.close();
    return found;
  };

  blobStoreSuite('GCS wire (fake-gcs-server)', async () => {
    const door = await openDoor(server.endpoint);
    // Google's buckets are never full; their projects may be.
    door.watch((asked) => (asked.startsWith('POST') ? gcsFailure(403, 'quotaExceeded') : 'pass'));
    const store = open({ prefix: 'suite/' });
    const fullStore = open({ prefix: 'full/', endpoint: door.endpoint });
    const close = async () => {
      store.close();
      fullStore.close();
      await door.close();
    };
    return { store, fullStore, givesLinks: true, isLocal: false, close };
  });

  describe('GCS blob store', () => {
    it('reads what was copied from a local blob folder, as docs/how-to/keep-files-in-google-cloud-storage.md has it moved', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ffapi-local-'));
      const bytes = randomBytes(1000);
      const ref = await createFileBlobStore({ dir: folder }).put(bytes);
      const bucket = bucketOf('moved/');
      for (const entry of readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const name = `moved/${relative(folder, path)}`;
        await insertObject(bucket, name, readFileSync(path));
      }
      const store = open({ prefix: 'moved/' });
      expect(await listed(store.list())).toMatchObject([ref]);
      expect(await readBlob(store, ref)).toEqual(bytes);
      expect(await store.touch(ref)).toBe(true);
      expect(await store.delete(ref, { putBefore: new Date(Date.now() + 60_000) })).toBe(true);
      store.close();
      bucket.close();
      rmSync(folder, { recursive: true });
    });

    it.each([
      ['as a stream', (bytes: Buffer) => chunksOf(bytes, 100_000)],
      ['as bytes', (bytes: Buffer) => bytes],
    ])('stores several pieces that come %s, and leaves nothing beside them', async (_, bodyOf) => {
      const store = open({ prefix: 'pieces/' });
      for (const sizeBytes of [pieceSizeBytes, pieceSizeBytes + 1, 5 * pieceSizeBytes + 1]) {
        const bytes = randomBytes(sizeBytes);
        const ref = await store.put(bodyOf(bytes));
        expect(ref.sizeBytes).toBe(sizeBytes);
        expect((await readBlob(store, ref)).equals(bytes)).toBe(true);
        expect(await store.put(bodyOf(bytes))).toEqual(ref);
      }
      expect((await namesOf('pieces/')).filter((name) => name.includes('incoming'))).toEqual([]);
      store.close();
    });

    it('sends nothing of bytes that are known to be there', async () => {
      const door = await openDoor(server.endpoint);
      const store = open({ prefix: 'known/', endpoint: door.endpoint });
      const bytes = randomBytes(3 * mib);
      await store.put(bytes);
      const sentBytes = door.receivedBytes();
      expect(sentBytes).toBeGreaterThanOrEqual(bytes.length);
      await store.put(bytes);
      // It says that the blob is new again.
      expect(door.receivedBytes() - sentBytes).toBeLessThan(100);
      store.close();
      await door.close();
    });

    it('takes from a stream only what it is about to send', async () => {
      const door = await openDoor(server.endpoint);
      const store = open({ prefix: 'bounded/', endpoint: door.endpoint });
      const chunk = randomBytes(mib / 4);
      let aheadMax = 0;
      const body = async function* () {
        for (let n = 1; n <= 160; n++) {
          aheadMax = Math.max(aheadMax, n * chunk.length - door.receivedBytes());
          yield chunk;
        }
      };
      await store.put(body());
      store.close();
      await door.close();
      expect(aheadMax).toBeLessThanOrEqual(5 * pieceSizeBytes);
    });

    it.each([
      ['breaks off', async () => {}],
      ['is aborted', async (abort: AbortController) => abort.abort()],
    ])('leaves neither blob nor pieces of a stream that %s', async (_, interrupt) => {
      const store = open({ prefix: 'broken/' });
      const abort = new AbortController();
      const body = async function* () {
        yield randomBytes(4 * pieceSizeBytes);
        await expect.poll(async () => (await namesOf('broken/')).length).toBeGreaterThan(0);
        await interrupt(abort);
        throw new Error('source broke');
      };
      await expect(store.put(body(), { signal: abort.signal })).rejects.toThrow();
      expect(await namesOf('broken/')).toEqual([]);
      await expect(store.put(body(), { sizeBytesMax: 3 * pieceSizeBytes })).rejects.toBeInstanceOf(BlobTooLarge);
      expect(await namesOf('broken/')).toEqual([]);
      store.close();
    });

    it('writes nothing over what somebody else has put meanwhile', async () => {
      const door = await openDoor(server.endpoint);
      const [store, other] = [open({ prefix: 'once/', endpoint: door.endpoint }), open({ prefix: 'once/' })];
      const bucket = bucketOf('once/');
      for (const sizeBytes of [10, 2 * pieceSizeBytes]) {
        const bytes = randomBytes(sizeBytes);
        const name = bucket.names.blob(blobRefOf(bytes).sha256);
        let first: Described | undefined;
        door.watch(async (asked) => {
          if (first || !asked.startsWith('POST') || !decodeURIComponent(asked).includes(name)) return 'pass' as const;
          await other.put(bytes);
          first = await describeObject(bucket, name);
          return 'pass' as const;
        });
        expect(await store.put(bytes)).toEqual(blobRefOf(bytes));
        expect(first?.generation).toBeDefined();
        expect((await describeObject(bucket, name)).generation).toBe(first?.generation);
      }
      for (const each of [store, other, bucket]) each.close();
      await door.close();
    });

    it('keeps apart what has another prefix, whatever it is made of', async () => {
      const prefixes = ['one/', 'one/two/', 'a b/ü+%41/'];
      const stores = prefixes.map((prefix) => open({ prefix }));
      // More than a piece, so that it is made of several.
      const bodies = prefixes.map(() => randomBytes(pieceSizeBytes + 1));
      const refs = await Promise.all(stores.map((store, n) => store.put(chunksOf(bodies[n]!, mib))));
      for (const [n, store] of stores.entries()) {
        expect((await listed(store.list())).map(({ sha256 }) => sha256)).toEqual([refs[n]!.sha256]);
        expect(await Promise.all(refs.map((ref) => store.has(ref)))).toEqual(refs.map((_, other) => other === n));
        expect((await readBlob(store, refs[n]!)).equals(bodies[n]!)).toBe(true);
        store.close();
      }
    });

    it('lists page after page what was put and what was copied from a local blob folder', async () => {
      const store = open({ prefix: 'many/', pageMax: 50 });
      const bucket = bucketOf('many/');
      const digests = Array.from({ length: 210 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));
      const late = '2040-01-01T00:00:00.123Z';
      const write = (name: string, text: string, metadata: Metadata) =>
        insertObject(bucket, name, Buffer.from(text), { metadata });
      await Promise.all(
        digests.map((sha256, n) => write(bucket.names.blob(sha256), `${n}`, n % 2 ? { touched: late } : {})),
      );
      await write(`${bucket.names.blobs}readme`, 'not a blob', {});
      const all = await listed(store.list());
      expect(all.map(({ sha256 }) => sha256)).toEqual(digests.toSorted());
      for (const { sha256, modifiedAt } of all)
        expect(modifiedAt.toISOString() === late, sha256).toBe(digests.indexOf(sha256) % 2 === 1);
      expect(await listed(store.list(all[104]!.sha256))).toEqual(all.slice(105));
      expect((await listed(store.list('8'))).length).toBe(all.filter(({ sha256 }) => sha256 > '8').length);
      expect((await readBlob(store, { sha256: digests[7]! })).toString()).toBe('7');
      store.close();
      bucket.close();
    });

    it('makes one blob of more pieces than Google takes at once', async () => {
      const store = open({ prefix: 'tree/', pieceSizeBytes: 16 });
      for (const pieces of [composedMax, composedMax + 1, 3 * composedMax]) {
        const bytes = randomBytes(16 * pieces);
        expect(await store.put(chunksOf(bytes, 16 * 50))).toEqual(blobRefOf(bytes));
        expect((await readBlob(store, blobRefOf(bytes))).equals(bytes)).toBe(true);
      }
      expect((await namesOf('tree/')).filter((name) => name.includes('incoming'))).toEqual([]);
      store.close();
    });

    it('sweeps unfinished uploads by the age of their newest piece', async () => {
      const store = open({ prefix: 'sweep/' });
      const bucket = bucketOf('sweep/');
      const write = (id: string, touched?: string) =>
        insertObject(bucket, bucket.names.upload(id), randomBytes(4), touched ? { metadata: { touched } } : {});
      await write('left-behind/0000000');
      await write('left-behind/0000001');
      await write('goes-on/0000000');
      await write('goes-on/0000001', '2040-01-01T00:00:00.000Z');
      expect(await store.sweepIncoming(new Date(0))).toBe(0);
      expect(await namesOf('sweep/')).toHaveLength(4);
      expect(await store.sweepIncoming(new Date(Date.now() + 60_000))).toBe(2);
      expect((await namesOf('sweep/')).map((name) => name.split('/').slice(-2))).toEqual([
        ['goes-on', '0000000'],
        ['goes-on', '0000001'],
      ]);
      store.close();
      bucket.close();
    });

    it('stores nothing that was changed on the way', async () => {
      const door = await openDoor(server.endpoint);
      const bucket = openBucket({ ...server, endpoint: door.endpoint, prefix: 'changed/' });
      const bytes = randomBytes(1000);
      const changed = Buffer.from(bytes);
      // The digest of the first bytes goes with others, as from a machine that loses bits.
      const concat = vi.spyOn(Buffer, 'concat').mockImplementationOnce(([head, , tail]) => {
        concat.mockRestore();
        changed[500]! ^= 1;
        return Buffer.concat([head!, changed, tail!]);
      });
      await expect(insertObject(bucket, 'changed/one', bytes)).rejects.toThrow(/400/);
      expect(await namesOf('changed/')).toEqual([]);
      bucket.close();
      await door.close();
    });

    it('says that the bucket can be used', async () => {
      const store = open({ prefix: 'check/' });
      await store.check();
      expect(await namesOf('check/')).toEqual([]);
      store.close();
    });
  });
}

async function* chunksOf(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

const listed = async (blobs: AsyncIterable<StoredBlob>): Promise<StoredBlob[]> => {
  const found: StoredBlob[] = [];
  for await (const blob of blobs) found.push(blob);
  return found;
};
