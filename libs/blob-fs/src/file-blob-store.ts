import { randomUUID } from 'node:crypto';
import { createWriteStream, type BigIntStats } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  lutimes,
  mkdir,
  readdir,
  rename,
  rm,
  statfs,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  BlobNotFound,
  BlobStoreFull,
  createMeter,
  digestFile,
  identityOf,
  isSha256,
  isFound,
  noLink,
  openPlainFile,
  openPlainFolder,
  readableFrom,
  streamOf,
  type BlobBody,
  type BlobKey,
  type BlobRef,
  type BlobStore,
  type PutFileOptions,
  type PutOptions,
  type StoredBlob,
} from '@ffapi/blob';
import { codeOf, failureOf } from './failure-of.ts';
import { createLayout, type Layout } from './layout.ts';

export interface FileBlobStoreOptions {
  readonly dir: string;
  /** Nothing is taken in while the volume has less than this left. */
  readonly freeBytesMin?: number | undefined;
}

/** A blob store in a local folder: written beside, fsynced, then renamed into place. */
export const createFileBlobStore = ({ dir, freeBytesMin = 0 }: FileBlobStoreOptions): BlobStore => {
  const layout = createLayout(dir);

  const freeBytes = async (): Promise<number> => {
    await mkdir(dir, { recursive: true });
    const { bavail, bsize } = await statfs(dir);
    return bavail * bsize;
  };

  const incomingPath = async (): Promise<string> => {
    const free = await freeBytes();
    if (free < freeBytesMin) throw new BlobStoreFull(`${free} bytes left, ${freeBytesMin} are kept free`);
    await mkdir(layout.incoming, { recursive: true });
    return join(layout.incoming, randomUUID());
  };

  const put = async (body: BlobBody, options: PutOptions = {}): Promise<BlobRef> => {
    const path = await incomingPath();
    try {
      const ref = await writeDurably(path, body, options);
      await settle(layout, path, ref);
      return ref;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };

  const adopt = async (path: string, { move: isMove, as, ...limits }: PutFileOptions): Promise<BlobRef> => {
    const incoming = await incomingPath();
    await using file = await openPlainFile(path, { as });
    const before = await file.stat({ bigint: true });
    const ref = await digestFile(file, limits);
    const after = await file.stat({ bigint: true });
    await (isMove ? rename : link)(path, incoming);
    try {
      await file.sync();
      const taken = await lstat(incoming, { bigint: true });
      // A second name given meanwhile is a change, too, but none of what was looked at without an identity.
      const isSame = as === undefined ? isStill(before, after) : identityOf(after) === as;
      if (!isSame || !isStill(after, taken)) throw new Error(`${path} was written to while it was stored`);
      await settle(layout, incoming, ref);
    } catch (error) {
      await (isMove ? rename(incoming, path) : rm(incoming)).catch(ignoreMissing);
      throw error;
    }
    return ref;
  };

  /** A link in a blob's place, or on the way to it, is no blob: whoever set it would say what is read. */
  const openBlob = (sha256: string): Promise<FileHandle> =>
    openPlainFile(pathOf(layout, sha256), { below: layout.blobs }).catch(rethrowFor(sha256));

  const head = async ({ sha256 }: BlobKey): Promise<StoredBlob> => {
    await using file = await openBlob(sha256);
    const { size, mtime } = await file.stat();
    return { sha256, sizeBytes: size, modifiedAt: mtime };
  };

  return {
    put: (body, options) => put(body, options).catch(rethrow),
    putFile: async (path, options = {}) => {
      try {
        return await adopt(path, options);
      } catch (error) {
        if (codeOf(error) !== 'EXDEV') throw failureOf(error);
        await using file = await openPlainFile(path, options);
        const ref = await put(streamOf(file), options).catch(rethrow);
        if (options.move) await rm(path);
        return ref;
      }
    },
    get: async ({ sha256 }, { range, signal } = {}) => {
      const file = await openBlob(sha256);
      if (range && range.start >= (await file.stat()).size) {
        await file.close();
        throw new RangeError('the range starts behind the end');
      }
      return file.createReadStream({ start: range?.start, end: range?.end, highWaterMark: 1 << 18, signal });
    },
    head,
    has: (key) => isFound(head(key)),
    touch: ({ sha256 }) => touch(layout, sha256).catch(rethrow),
    delete: ({ sha256 }, { putBefore } = {}) => remove(layout, sha256, putBefore).catch(rethrow),
    list: (after = '') => listFiles(layout, after),
    localPath: async (key) => {
      await head(key);
      return layout.file(key.sha256);
    },
    directLink: async ({ sha256 }) => noLink(sha256),
    freeBytes: () => freeBytes().catch(rethrow),
    sweepIncoming: (before) => sweep(layout, before).catch(rethrow),
  };
};

const writeDurably = async (path: string, body: BlobBody, { sizeBytesMax, signal }: PutOptions): Promise<BlobRef> => {
  const meter = createMeter(sizeBytesMax);
  const sink = createWriteStream(path, { flags: 'wx', flush: true, highWaterMark: 1 << 20 });
  await pipeline(readableFrom(body), (source: AsyncIterable<Uint8Array>) => meter.through(source), sink, { signal });
  return meter.ref();
};

/** Makes a complete, fsynced file visible under its digest, or drops it when the content is there already. */
const settle = async (layout: Layout, path: string, { sha256 }: BlobRef): Promise<void> => {
  const target = layout.file(sha256);
  // Read-only: a hard link shares its bytes with the file it was made from.
  await chmod(path, 0o444);
  const now = new Date();
  await utimes(path, now, now);
  await mkdir(layout.folder(sha256), { recursive: true });
  await using folder = await openPlainFolder(layout.folder(sha256), { below: layout.blobs });
  // rename(2) does nothing when both names are links to one file, hence the removal.
  await rename(path, target);
  await rm(path, { force: true });
  await folder.sync();
};

/** The same file with the same bytes; its change time is new since it has got another name. */
const isStill = (before: BigIntStats, taken: BigIntStats): boolean =>
  taken.dev === before.dev &&
  taken.ino === before.ino &&
  taken.size === before.size &&
  taken.mtimeNs === before.mtimeNs;

const pathOf = (layout: Layout, sha256: string): string => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  return layout.file(sha256);
};

async function* listFiles(layout: Layout, after: string): AsyncGenerator<StoredBlob> {
  for (const first of await namesIn(layout.blobs, 'folders', after.slice(0, 2))) {
    const from = first === after.slice(0, 2) ? after.slice(2, 4) : '';
    for (const second of await namesIn(join(layout.blobs, first), 'folders', from)) {
      const folder = join(layout.blobs, first, second);
      for (const sha256 of await namesIn(folder, 'files', after)) {
        if (sha256 === after) continue;
        const found = await lstat(join(folder, sha256)).catch(ignoreMissing);
        if (found) yield { sha256, sizeBytes: found.size, modifiedAt: found.mtime };
      }
    }
  }
}

/** Links are neither files nor folders here. */
const namesIn = async (folder: string, kind: 'files' | 'folders', from = ''): Promise<string[]> => {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  return entries
    .filter((entry) => entry.name >= from && (kind === 'files' ? entry.isFile() : entry.isDirectory()))
    .map(({ name }) => name)
    .toSorted();
};

const touch = async (layout: Layout, sha256: string): Promise<boolean> => {
  if (!isSha256(sha256)) return false;
  const path = layout.file(sha256);
  if (!(await lstat(path).catch(ignoreMissing))?.isFile()) return false;
  const now = new Date();
  const isThere = await lutimes(path, now, now).then(() => true, ignoreMissing);
  return isThere ?? false;
};

const setAside = '.unused';

/**
 * Takes the blob out of its place before its age is judged: a put or touch at the same moment then either was seen, and
 * the blob goes back, or finds nothing there and writes it anew.
 */
const remove = async (layout: Layout, sha256: string, putBefore = new Date(Infinity)): Promise<boolean> => {
  if (!isSha256(sha256)) return false;
  const aside = join(layout.incoming, `${sha256}${setAside}`);
  await mkdir(layout.incoming, { recursive: true });
  const isThere = await rename(layout.file(sha256), aside).then(() => true, ignoreMissing);
  if (!isThere) return false;
  const { mtime } = await lstat(aside);
  const isSpared = mtime >= putBefore;
  await (isSpared ? rename(aside, layout.file(sha256)) : rm(aside));
  return !isSpared;
};

const sweep = async (layout: Layout, before: Date): Promise<number> => {
  let removed = 0;
  for (const name of await namesIn(layout.incoming, 'files')) {
    const path = join(layout.incoming, name);
    // A process ended between taking a blob out of its place and judging its age.
    if (name.endsWith(setAside)) {
      await rename(path, layout.file(name.slice(0, -setAside.length))).catch(ignoreMissing);
      continue;
    }
    const found = await lstat(path).catch(ignoreMissing);
    if (!found || found.mtime >= before) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
};

const ignoreMissing = (error: unknown): undefined => {
  if (codeOf(error) !== 'ENOENT') throw failureOf(error);
  return undefined;
};

const rethrow = (error: unknown): never => {
  throw failureOf(error);
};

const rethrowFor =
  (sha256: string) =>
  (error: unknown): never => {
    throw failureOf(error, sha256);
  };
