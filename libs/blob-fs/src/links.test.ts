import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { BlobNotFound, NotPlain, type BlobRef, type BlobStore } from '@ffapi/blob';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileBlobStore } from './index.ts';

let root: string;
let dir: string;
let store: BlobStore;
let secret: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ffapi-blob-links-'));
  dir = join(root, 'store');
  store = createFileBlobStore({ dir });
  secret = join(root, 'secret');
  await writeFile(secret, 'nobody may read this');
});
afterEach(() => rm(root, { recursive: true }));

/** Something else lies where the blob was, or on the way to it. */
const misplaced: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a link to a file': async (path) => {
    await rm(path);
    await symlink(secret, path);
  },
  'a pipe, which blocks whoever opens it': async (path) => {
    await rm(path);
    execFileSync('mkfifo', [path]);
  },
  'a folder': async (path) => {
    await rm(path);
    await mkdir(path);
  },
  'a link to a folder on the way': async (path) => {
    const folder = dirname(path);
    await rename(folder, join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), folder);
  },
  'a link to a folder further up': async (path) => {
    const folder = dirname(dirname(path));
    await rename(folder, join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), folder);
  },
};

describe.each(Object.entries(misplaced))('in a blob’s place: %s', (_, misplace) => {
  let ref: BlobRef;
  beforeEach(async () => {
    ref = await store.put(Buffer.from('a blob'));
    await misplace((await store.localPath(ref))!);
  });

  it('is no blob, to nobody who asks', async () => {
    await expect(store.get(ref)).rejects.toBeInstanceOf(BlobNotFound);
    await expect(store.head(ref)).rejects.toBeInstanceOf(BlobNotFound);
    await expect(store.localPath(ref)).rejects.toBeInstanceOf(BlobNotFound);
    expect(await store.has(ref)).toBe(false);
    const listed: string[] = [];
    for await (const { sha256 } of store.list()) listed.push(sha256);
    expect(listed).toEqual([]);
    expect(await readFile(secret, 'utf8')).toBe('nobody may read this');
  });
});

it('a blob that is put again replaces the link in its place', async () => {
  const ref = await store.put(Buffer.from('a blob'));
  await misplaced['a link to a file']?.((await store.localPath(ref))!);
  expect(await store.touch(ref)).toBe(false);
  await store.put(Buffer.from('a blob'));
  expect(String(await buffer(await store.get(ref)))).toBe('a blob');
  expect(await readFile(secret, 'utf8')).toBe('nobody may read this');
});

it('nothing is put through a link', async () => {
  const ref = await store.put(Buffer.from('a blob'));
  const folder = dirname((await store.localPath(ref))!);
  await rm(folder, { recursive: true });
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), folder);
  await expect(store.put(Buffer.from('a blob'))).rejects.toBeInstanceOf(NotPlain);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

it('is reached through a link that the operator has made to another volume', async () => {
  await store.put(Buffer.from('a blob'));
  await rename(dir, join(root, 'volume'));
  await symlink(join(root, 'volume'), dir);
  const ref = await store.put(Buffer.from('another blob'));
  expect(existsSync((await store.localPath(ref))!)).toBe(true);
});
