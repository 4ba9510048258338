import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BlobTooLarge, readBlob, type StoredBlob } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { findAzurite, openDoor, skipLane, startAzurite, type TestAzure } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobClient, openContainer, type AzureBlobStoreOptions } from './container.ts';
import { createAzureBlobStore } from './index.ts';
import { itemsUnder } from './listing.ts';

const mib = 1 << 20;
const blockSizeBytes = mib;

if (!findAzurite()) {
  skipLane('azure: azurite is not here (node tools/azurite/build.mjs)', ['libs/blob-azure']);
  // A file without a test would fail.
  it.skip('the suite over the wire needs a server', () => {});
} else {
  let server: TestAzure;
  beforeAll(async () => {
    server = await startAzurite();
  });
  afterAll(() => server.stop());
  const open = (options: Partial<AzureBlobStoreOptions>) =>
    createAzureBlobStore({ ...server, blockSizeBytes, ...options });
  const containerOf = (prefix: string) => openContainer({ ...server, blockSizeBytes, prefix });
  /** Also those of which there are only blocks. */
  const namesOf = async (prefix: string): Promise<string[]> => {
    const found: string[] = [];
    const container = containerOf(prefix);
    for await (const { name } of itemsUnder(container, prefix, { includeUncommitedBlobs: true })) found.push(name);
    container.close();
    return found;
  };

  blobStoreSuite('Azure wire (azurite)', async () => {
    const door = await openDoor(server.endpoint);
    // The emulator is never full.
    door.watch((asked) => (asked.startsWith('PUT') ? { status: 507, code: 'StorageAccountQuotaExceeded' } : 'pass'));
    const store = open({ prefix: 'suite/' });
    const fullStore = open({ prefix: 'full/', endpoint: door.endpoint });
    const close = async () => {
      store.close();
      fullStore.close();
      await door.close();
    };
    return { store, fullStore, givesLinks: true, isLocal: false, close };
  });

  describe('Azure blob store', () => {
    it('reads what was copied from a local blob folder, as docs/how-to/keep-files-in-azure.md has it moved', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ffapi-local-'));
      const bytes = randomBytes(1000);
      const ref = await createFileBlobStore({ dir: folder }).put(bytes);
      const container = containerOf('moved/');
      for (const entry of readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const name = `moved/${relative(folder, path)}`;
        await blobClient(container, name).uploadData(readFileSync(path));
      }
      const store = open({ prefix: 'moved/' });
      expect(await listed(store.list())).toMatchObject([ref]);
      expect(await readBlob(store, ref)).toEqual(bytes);
      expect(await store.touch(ref)).toBe(true);
      expect(await store.delete(ref, { putBefore: new Date(Date.now() + 60_000) })).toBe(true);
      store.close();
      container.close();
      rmSync(folder, { recursive: true });
    });

    it.each([
      ['as a stream', (bytes: Buffer) => chunksOf(bytes, 100_000)],
      ['as bytes', (bytes: Buffer) => bytes],
    ])('stores several blocks that come %s, and leaves nothing beside them', async (_, bodyOf) => {
      const store = open({ prefix: 'blocks/' });
      for (const sizeBytes of [blockSizeBytes, blockSizeBytes + 1, 5 * blockSizeBytes + 1]) {
        const bytes = randomBytes(sizeBytes);
        const ref = await store.put(bodyOf(bytes));
        expect(ref.sizeBytes).toBe(sizeBytes);
        expect((await readBlob(store, ref)).equals(bytes)).toBe(true);
        expect(await store.put(bodyOf(bytes))).toEqual(ref);
      }
      expect((await namesOf('blocks/')).filter((name) => name.includes('incoming'))).toEqual([]);
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
      expect(door.receivedBytes()).toBe(sentBytes);
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
      expect(aheadMax).toBeLessThanOrEqual(5 * blockSizeBytes);
    });

    it.each([
      ['breaks off', async () => {}],
      ['is aborted', async (abort: AbortController) => abort.abort()],
    ])('leaves neither blob nor blocks of a stream that %s', async (_, interrupt) => {
      const prefix = `broken-${randomBytes(4).toString('hex')}/`;
      const store = open({ prefix });
      const abort = new AbortController();
      const body = async function* () {
        yield randomBytes(4 * blockSizeBytes);
        await expect.poll(() => namesOf(prefix)).toHaveLength(1);
        await interrupt(abort);
        throw new Error('source broke');
      };
      await expect(store.put(body(), { signal: abort.signal })).rejects.toThrow();
      expect(await namesOf(prefix)).toEqual([]);
      await expect(store.put(body(), { sizeBytesMax: 3 * blockSizeBytes })).rejects.toBeInstanceOf(BlobTooLarge);
      expect(await namesOf(prefix)).toEqual([]);
      store.close();
    });

    it('keeps apart what has another prefix, whatever it is made of', async () => {
      const prefixes = ['one/', 'one/two/', 'a b/ü+%41/'];
      const stores = prefixes.map((prefix) => open({ prefix }));
      // More than a block, so that it is copied from one name to the other.
      const bodies = prefixes.map(() => randomBytes(blockSizeBytes + 1));
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
      const container = containerOf('many/');
      const digests = Array.from({ length: 210 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));
      const late = '2040-01-01T00:00:00.123Z';
      const write = (name: string, text: string, metadata: Record<string, string>) =>
        blobClient(container, name).upload(text, text.length, { metadata });
      await Promise.all(
        digests.map((sha256, n) => write(container.names.blob(sha256), `${n}`, n % 2 ? { touched: late } : {})),
      );
      await write(`${container.names.blobs}readme`, 'not a blob', {});
      const all = await listed(store.list());
      expect(all.map(({ sha256 }) => sha256)).toEqual(digests.toSorted());
      for (const { sha256, modifiedAt } of all)
        expect(modifiedAt.toISOString() === late, sha256).toBe(digests.indexOf(sha256) % 2 === 1);
      expect(await listed(store.list(all[104]!.sha256))).toEqual(all.slice(105));
      expect((await listed(store.list('8'))).length).toBe(all.filter(({ sha256 }) => sha256 > '8').length);
      expect((await readBlob(store, { sha256: digests[7]! })).toString()).toBe('7');
      store.close();
      container.close();
    });

    it('sweeps unfinished uploads by age, also those of which there are only blocks', async () => {
      const store = open({ prefix: 'sweep/' });
      const container = containerOf('sweep/');
      await blobClient(container, container.names.upload('left-behind')).upload('left', 4);
      const id = Buffer.from('000000').toString('base64');
      await blobClient(container, container.names.upload('unfinished')).stageBlock(id, 'left', 4);
      expect(await store.sweepIncoming(new Date(0))).toBe(0);
      expect(await namesOf('sweep/')).toHaveLength(2);
      expect(await store.sweepIncoming(new Date(Date.now() + 60_000))).toBe(2);
      expect(await namesOf('sweep/')).toEqual([]);
      store.close();
      container.close();
    });

    it('takes away blocks that cannot be deleted before they are a blob', async () => {
      const door = await openDoor(server.endpoint);
      const store = open({ prefix: 'blocks-only/', endpoint: door.endpoint });
      // The emulator deletes them, Azure says that there is no blob.
      let isBlob = false;
      door.watch((asked) => {
        isBlob ||= /^PUT [^?]*incoming[^?]*$/.test(asked);
        return asked.startsWith('DELETE') && !isBlob ? { status: 404, code: 'BlobNotFound' } : 'pass';
      });
      const body = async function* () {
        yield randomBytes(4 * blockSizeBytes);
        await expect.poll(() => namesOf('blocks-only/')).toHaveLength(1);
        throw new Error('source broke');
      };
      await expect(store.put(body())).rejects.toThrow('source broke');
      expect(await namesOf('blocks-only/')).toEqual([]);
      store.close();
      await door.close();
    });

    it('says that the container can be used', async () => {
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
