import { constants, type BigIntStats } from 'node:fs';
import { open, readlink, realpath, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/**
 * Which file this is and in what state. Another file in its place has another one, and so has the same file once a byte
 * of it was written: its change time is the kernel's, and nobody can set it back.
 */
export type FileIdentity = string;

/** The path leads to no file, or folder, of one's own: to a link, a pipe, a device, or through a link to elsewhere. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

export interface PlainOptions {
  /** The folder that the path must not lead out of. It may itself be reached through links: those are the operator's. */
  readonly below?: string | undefined;
  /** The file as it was when it was looked at; another, or a changed one, is refused. */
  readonly as?: FileIdentity | undefined;
}

/** Names a file without opening it: no pipe blocks, no device wakes. Linux numbers it alike on every processor. */
const openPath = 0o10000000;

export const identityOf = ({ dev, ino, size, ctimeNs }: BigIntStats): FileIdentity =>
  [dev, ino, size, ctimeNs].join('.');

const link = ({ fd }: FileHandle): string => `/proc/self/fd/${fd}`;

/** So the kernel marks the place of a file that has lost its name. */
const deletedMark = ' (deleted)';
/** Whoever puts another file in its place so often at the same moment does nothing else. */
const triesMax = 100;

/** What the path names, links not followed; the place is asked of the kernel, after the fact, so that no race fools it. */
const locate = async (path: string, { below }: PlainOptions): Promise<FileHandle> => {
  if (below === undefined) return open(path, openPath | constants.O_NOFOLLOW);
  const expected = join(await realpath(below), relative(below, path));
  for (let tries = 0; tries < triesMax; tries++) {
    const found = await open(path, openPath | constants.O_NOFOLLOW);
    const place = await readlink(link(found));
    if (place === expected) return found;
    await found.close();
    // Another file took its name between the two questions, as the same bytes do that are stored again: it is looked at anew.
    if (place !== `${expected}${deletedMark}`) break;
  }
  throw new NotPlain(`${basename(path)} is reached through a link`);
};

/** Opens a plain file for reading. The handle stays with that file, whatever its path leads to later. */
export const openPlainFile = async (path: string, options: PlainOptions = {}): Promise<FileHandle> => {
  await using found = await locate(path, options);
  const stats = await found.stat({ bigint: true });
  if (!stats.isFile()) throw new NotPlain(`${basename(path)} is no plain file`);
  if (options.as !== undefined && options.as !== identityOf(stats))
    throw new NotPlain(`${basename(path)} is not the file any more that it was`);
  // Awaited: the name must stay open until it has been opened by it.
  return await open(link(found), constants.O_RDONLY);
};

/** Opens a folder that is no link to another. */
export const openPlainFolder = async (path: string, options: PlainOptions = {}): Promise<FileHandle> => {
  await using found = await locate(path, options);
  if (!(await found.stat()).isDirectory()) throw new NotPlain(`${basename(path)} is no folder`);
  return await open(link(found), constants.O_RDONLY | constants.O_DIRECTORY);
};

/** Where a name in an open folder is, wherever the folder's own path leads to meanwhile. */
export const inFolder = (folder: FileHandle, name: string): string => join(link(folder), name);

/** Writes a file anew, in place of whatever lies there; never through a link. */
export const writePlainFile = async (
  path: string,
  content: string | Uint8Array,
  options: Pick<PlainOptions, 'below'>,
): Promise<void> => {
  await using folder = await openPlainFolder(dirname(path), options);
  const place = inFolder(folder, basename(path));
  await rm(place, { recursive: true, force: true });
  await writeFile(place, content, { flag: 'wx' });
};
