import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { BlobTooLarge, readBlob, type StoredBlob } from '@ffapi/blob';
import { createFileBlobStore } from '@ffapi/blob-fs';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { findVersityGw, openDoor, skipLane, startVersityGw, type TestS3 } from '@ffapi/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsUnder, openBucket, putObject } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { createS3BlobStore } from './index.ts';

const mib = 1 << 20;
const partSizeBytes = 5 * mib;

/** A server on a volume that is full. */
const startFull = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-full-'));
  const fill = `mkdir -p ${dir}/data/blobs ${dir}/metadata; head -c 1M /dev/zero > ${dir}/filler; exec "$0" "$@"`;
  const volume = ['--dev-bind', '/', '/', '--size', String(mib / 2), '--tmpfs', dir, '--die-with-parent'];
  const server = await startVersityGw({ dir, under: ['bwrap', ...volume, '--', 'sh', '-c', fill] });
  const stop = async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  };
  return { ...server, stop };
};

if (!findVersityGw()) {
  skipLane('s3: versitygw is not here (node tools/versitygw/build.mjs, needs Go)', ['libs/blob-s3', 'libs/testkit']);
  // A file without a test would fail.
  it.skip('the suite over the wire needs a server', () => {});
} else {
  let server: TestS3;
  beforeAll(async () => {
    server = await startVersityGw();
  });
  afterAll(() => server.stop());
  const open = (options: { prefix: string; endpoint?: string }) =>
    createS3BlobStore({ ...server, forcePathStyle: true, partSizeBytes, ...options });
  const bucketOf = (prefix: string) => openBucket({ ...server, forcePathStyle: true, partSizeBytes, prefix });
  const keysOf = async (prefix: string) => {
    const found: string[] = [];
    for await (const { key } of objectsUnder(bucketOf(prefix), prefix)) found.push(key);
    return found;
  };
  const uploadsOf = async (prefix: string) => {
    const asked = new ListMultipartUploadsCommand({ Bucket: server.bucket, Prefix: prefix });
    return (await bucketOf(prefix).client.send(asked)).Uploads ?? [];
  };

  blobStoreSuite('S3 wire (versitygw)', async () => {
    const full = await startFull();
    const store = open({ prefix: 'suite/' });
    const fullStore = createS3BlobStore({ ...full, forcePathStyle: true });
    const close = async () => {
      store.close();
      fullStore.close();
      await full.stop();
    };
    return { store, fullStore, givesLinks: true, isLocal: false, close };
  });

  describe('S3 blob store', () => {
    it('reads what was copied from a local blob folder, as docs/how-to/keep-files-in-s3.md has it moved', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'ffapi-local-'));
      const bytes = randomBytes(1000);
      const ref = await createFileBlobStore({ dir: folder }).put(bytes);
      const moved = join(server.dir, 'moved', 'blobs');
      cpSync(join(folder, 'blobs'), moved, { recursive: true });
      const store = open({ prefix: 'moved/' });
      expect(await readBlob(store, ref)).toEqual(bytes);
      for await (const { sha256 } of store.list()) expect(sha256).toBe(ref.sha256);
      store.close();
      rmSync(folder, { recursive: true });
    });

    it('stores a stream of several parts, and an object of several parts inside the bucket', async () => {
      const store = open({ prefix: 'parts/' });
      const bytes = randomBytes(3 * partSizeBytes + 1);
      const body = async function* () {
        for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
      };
      const ref = await store.put(body());
      expect((await readBlob(store, ref)).equals(bytes)).toBe(true);
      const bucket = bucketOf('parts/');
      const copy = { from: bucket.keys.blob(ref.sha256), to: 'parts/copy', sizeBytes: ref.sizeBytes };
      expect(await copyObject(bucket, copy, partSizeBytes)).toBe(true);
      expect(await copyObject(bucket, { ...copy, from: 'parts/none' }, partSizeBytes)).toBe(false);
      const found = [];
      for await (const object of objectsUnder(bucket, 'parts/copy')) found.push(object);
      expect(found).toMatchObject([{ sizeBytes: ref.sizeBytes }]);
      expect(await uploadsOf('parts/')).toEqual([]);
      expect((await keysOf('parts/')).filter((key) => key.includes('incoming'))).toEqual([]);
    });

    it('takes from a stream only what it is about to send', async () => {
      const door = await openDoor(server.endpoint);
      const store = open({ prefix: 'bounded/', endpoint: door.endpoint });
      const chunk = randomBytes(mib);
      let aheadMax = 0;
      const body = async function* () {
        for (let n = 1; n <= 80; n++) {
          aheadMax = Math.max(aheadMax, n * mib - door.receivedBytes());
          yield chunk;
        }
      };
      await store.put(body());
      store.close();
      await door.close();
      expect(aheadMax).toBeLessThanOrEqual(5 * partSizeBytes);
    });

    it.each([
      ['breaks off', async () => {}],
      ['is aborted', async (abort: AbortController) => abort.abort()],
    ])('leaves neither object nor upload of a stream that %s', async (_, interrupt) => {
      const store = open({ prefix: 'broken/' });
      const abort = new AbortController();
      const body = async function* () {
        yield randomBytes(2 * partSizeBytes);
        await expect.poll(() => uploadsOf('broken/')).toHaveLength(1);
        await interrupt(abort);
        throw new Error('source broke');
      };
      await expect(store.put(body(), { signal: abort.signal })).rejects.toThrow();
      expect(await uploadsOf('broken/')).toEqual([]);
      expect(await keysOf('broken/')).toEqual([]);
      await expect(store.put(body(), { sizeBytesMax: partSizeBytes })).rejects.toBeInstanceOf(BlobTooLarge);
      expect(await uploadsOf('broken/')).toEqual([]);
    });

    it('keeps apart what has another prefix, whatever it is made of', async () => {
      const prefixes = ['one/', 'one/two/', 'a b/ü+%41/'];
      const stores = prefixes.map((prefix) => open({ prefix }));
      const refs = await Promise.all(
        stores.map((store, n) =>
          store.put(
            (async function* () {
              yield Buffer.from(`content ${n}`);
            })(),
          ),
        ),
      );
      for (const [n, store] of stores.entries()) {
        expect((await listed(store.list())).map(({ sha256 }) => sha256)).toEqual([refs[n]!.sha256]);
        expect(await Promise.all(refs.map((ref) => store.has(ref)))).toEqual(refs.map((_, other) => other === n));
      }
    });

    it('lists page after page, with the markers beside, what was copied from a local blob folder', async () => {
      const store = open({ prefix: 'many/' });
      const { keys } = bucketOf('many/');
      const digests = Array.from({ length: 2100 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));
      const late = new Date('2040-01-01T00:00:00.123Z');
      const write = (key: string, text: string) => {
        mkdirSync(dirname(join(server.dir, key)), { recursive: true });
        writeFileSync(join(server.dir, key), text);
      };
      for (const [n, sha256] of digests.entries()) {
        write(keys.blob(sha256), `${n}`);
        if (n % 2) write(keys.marker(sha256, late, 'id'), '');
      }
      write(`${keys.blobs}readme`, 'not a blob');
      const all = await listed(store.list());
      expect(all.map(({ sha256 }) => sha256)).toEqual(digests.toSorted());
      for (const { sha256, modifiedAt } of all)
        expect(modifiedAt.getTime() === late.getTime(), sha256).toBe(digests.indexOf(sha256) % 2 === 1);
      expect(await listed(store.list(all[1049]!.sha256))).toEqual(all.slice(1050));
      expect((await listed(store.list('8'))).length).toBe(all.filter(({ sha256 }) => sha256 > '8').length);
      expect((await readBlob(store, { sha256: digests[7]! })).toString()).toBe('7');
    });

    it('sweeps unfinished uploads by age', async () => {
      const store = open({ prefix: 'sweep/' });
      const bucket = bucketOf('sweep/');
      await putObject(bucket, bucket.keys.upload('left-behind'));
      const left = { Bucket: server.bucket, Key: bucket.keys.upload('unfinished') };
      await bucket.client.send(new CreateMultipartUploadCommand(left));
      expect(await store.sweepIncoming(new Date(0))).toBe(0);
      expect(await store.sweepIncoming(new Date(Date.now() + 60_000))).toBe(2);
      expect(await uploadsOf('sweep/')).toEqual([]);
      expect(await keysOf('sweep/')).toEqual([]);
    });

    it('says that the bucket can be used', async () => {
      const store = open({ prefix: 'check/' });
      await store.check();
      expect(await keysOf('check/')).toEqual([]);
    });
  });
}

const listed = async (blobs: AsyncIterable<StoredBlob>): Promise<StoredBlob[]> => {
  const found: StoredBlob[] = [];
  for await (const blob of blobs) found.push(blob);
  return found;
};
