import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobRefOf, BlobNotFound, BlobStoreFull, BlobStoreUnavailable, type BlobStore } from '@ffapi/blob';
import { blobStoreSuite } from '@ffapi/blob/suite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.ts';
import { createFileBlobStore } from './index.ts';

const makeDir = () => mkdtemp(join(tmpdir(), 'ffapi-blob-fs-'));

blobStoreSuite('files', async () => {
  const dir = await makeDir();
  return {
    store: createFileBlobStore({ dir: join(dir, 'store') }),
    fullStore: createFileBlobStore({ dir: join(dir, 'full'), freeBytesMin: Number.MAX_SAFE_INTEGER }),
    isLocal: true,
    givesLinks: false,
    close: () => rm(dir, { recursive: true }),
  };
});

describe('file blob store', () => {
  let dir: string;
  let store: BlobStore;
  beforeAll(async () => {
    dir = await makeDir();
    store = createFileBlobStore({ dir });
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('shares the bytes of a file on the same volume instead of copying them', async () => {
    const path = join(dir, 'source');
    await writeFile(path, randomBytes(1000));
    const kept = await store.localPath(await store.putFile(path));
    expect((await stat(kept!)).ino).toBe((await stat(path)).ino);
    const again = await store.putFile(path);
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
    const { ino } = await stat(path);
    await store.putFile(path, { move: true });
    expect(existsSync(path)).toBe(false);
    expect((await stat((await store.localPath(again))!)).ino).toBe(ino);
  });

  it('fans out over two levels and makes blobs read-only', async () => {
    const ref = await store.put(Buffer.from('fan out'));
    const path = join(dir, 'blobs', ref.sha256.slice(0, 2), ref.sha256.slice(2, 4), ref.sha256);
    expect(await store.localPath(ref)).toBe(path);
    expect((await stat(path)).mode & 0o777).toBe(0o444);
  });

  it('copies from another volume', async () => {
    const bytes = randomBytes(2000);
    // /dev/shm is a file system of its own on Linux.
    const path = join('/dev/shm', `ffapi-${randomBytes(6).toString('hex')}`);
    await writeFile(path, bytes);
    expect(await store.putFile(path, { move: true })).toEqual(blobRefOf(bytes));
    expect(existsSync(path)).toBe(false);
  });

  it('leaves nothing behind when a write fails', async () => {
    const broken = async function* () {
      yield randomBytes(100);
      throw new Error('source broke');
    };
    await expect(store.put(broken())).rejects.toThrow('source broke');
    expect(await readdir(join(dir, 'incoming'))).toEqual([]);
  });

  it('sweeps what a killed process left, by age', async () => {
    const incoming = join(dir, 'incoming');
    await mkdir(incoming, { recursive: true });
    await writeFile(join(incoming, 'old'), 'x');
    await writeFile(join(incoming, 'new'), 'x');
    const old = new Date('2026-01-01T00:00:00Z');
    await utimes(join(incoming, 'old'), old, old);
    expect(await store.sweepIncoming(new Date('2026-01-02T00:00:00Z'))).toBe(1);
    expect(await readdir(incoming)).toEqual(['new']);
  });

  it('puts back a blob that a process had set aside when it ended', async () => {
    const ref = await store.put(Buffer.from('set aside'));
    const path = (await store.localPath(ref))!;
    await rename(path, join(dir, 'incoming', `${ref.sha256}.unused`));
    await store.sweepIncoming(new Date());
    expect(await store.has(ref)).toBe(true);
  });

  it('freshens the age of content that is put again', async () => {
    const ref = await store.put(Buffer.from('again'));
    const old = new Date('2026-01-01T00:00:00Z');
    await utimes((await store.localPath(ref))!, old, old);
    await store.put(Buffer.from('again'));
    expect((await store.head(ref)).modifiedAt.getTime()).toBeGreaterThan(old.getTime());
  });

  it('lists nothing before the first write and misses without a folder', async () => {
    const empty = createFileBlobStore({ dir: join(dir, 'never') });
    expect((await empty.list()[Symbol.asyncIterator]().next()).done).toBe(true);
    await expect(empty.localPath(blobRefOf(Buffer.from('x')))).rejects.toBeInstanceOf(BlobNotFound);
  });

  it.each([
    ['ENOSPC', BlobStoreFull],
    ['EDQUOT', BlobStoreFull],
    ['EIO', BlobStoreUnavailable],
  ])('reports %s as its own failure', (code, failure) => {
    expect(failureOf(Object.assign(new Error(code), { code }))).toBeInstanceOf(failure);
  });
});
