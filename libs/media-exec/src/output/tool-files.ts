import type { Dirent } from 'node:fs';
import { lstat, mkdir, readdir, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { identityOf, inFolder, NotPlain, openPlainFile, openPlainFolder, writePlainFile } from '@ffapi/blob';
import type { FileIdentity } from '@ffapi/blob';
import { MediaFailure } from '../media-failure.ts';

/** A file that a tool has left, as it was when it was looked at. */
export interface ToolFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity;
}

/** Ten hours of film in segments of a second, in every rendition of a ladder, are fewer. */
const filesMax = 250_000;

/** A text of a tool that is read into memory: the scores of every frame of a day of film stay below it. */
const textBytesMax = 256 * 1024 * 1024;

// A link to nowhere, and a folder in which a file should be, are errors of the file system itself.
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const isOdd = (error: unknown): boolean =>
  error instanceof NotPlain ||
  ['ELOOP', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '');

const asFailure =
  (path: string) =>
  (error: unknown): never => {
    if (isMissing(error))
      throw new MediaFailure('output_invalid', { message: `${basename(path)} is missing`, missing: basename(path) });
    if (!isOdd(error)) throw error;
    throw new MediaFailure('output_invalid', { message: `${basename(path)} is no plain file of the tool’s own` });
  };

/**
 * Opens what a tool has left. The tool may have been taken over by what it read: what it leaves can be a link to a file
 * of the host, a second name of another file, a pipe or a device, or lie behind a link; none of them is opened.
 */
export const openToolFile = async (workDir: string, path: string, as?: FileIdentity): Promise<FileHandle> => {
  const file = await openPlainFile(path, { below: workDir, as }).catch(asFailure(path));
  const { nlink } = await file.stat();
  if (nlink === 1) return file;
  await file.close();
  return asFailure(path)(new NotPlain('it has a second name'));
};

/** Finds out which file it is; whoever stores it holds the store to that. */
export const lookAtToolFile = async (workDir: string, path: string): Promise<ToolFile> => {
  await using file = await openToolFile(workDir, path);
  const stats = await file.stat({ bigint: true });
  return { path, sizeBytes: Number(stats.size), identity: identityOf(stats) };
};

/** Whether a tool has left something by each of these names, whatever it is. */
export const hasWritten = async (workDir: string, names: readonly string[]): Promise<boolean> => {
  const looks = names.map((name) => lstat(join(workDir, 'out', name)).then(Boolean, () => false));
  return (await Promise.all(looks)).every(Boolean);
};

/** The content of a file that a tool has left. */
export const readToolFile = async (workDir: string, path: string, as?: FileIdentity): Promise<Buffer> => {
  await using file = await openToolFile(workDir, path, as);
  if ((await file.stat()).size > textBytesMax)
    throw new MediaFailure('output_invalid', { message: `${basename(path)} is too long` });
  return file.readFile();
};

/** Every file of a folder that a tool has left, by its path in there; anything but files and folders is refused. */
export const toolFilesBelow = async (workDir: string, folder: string): Promise<Map<string, ToolFile>> => {
  const files = new Map<string, ToolFile>();
  const walk = async (path: string, prefix: string): Promise<void> => {
    for (const entry of await entriesOf(workDir, path)) {
      const [below, name] = [join(path, entry.name), prefix + entry.name];
      if (entry.isDirectory()) await walk(below, `${name}/`);
      else files.set(name, await lookAtToolFile(workDir, below));
      if (files.size > filesMax)
        throw new MediaFailure('output_invalid', { message: `${basename(folder)} has too many files` });
    }
  };
  await walk(folder, '');
  return files;
};

const entriesOf = async (workDir: string, path: string): Promise<Dirent[]> => {
  await using folder = await openPlainFolder(path, { below: workDir }).catch(asFailure(path));
  return await readdir(inFolder(folder, '.'), { withFileTypes: true });
};

/** Writes a file of our own where a tool had a hand. */
export const writeBesideTool = (workDir: string, path: string, content: string): Promise<void> =>
  writePlainFile(path, content, { below: workDir }).catch(asFailure(path));

/** Makes a folder where a tool had a hand. */
export const makeBesideTool = async (workDir: string, path: string): Promise<void> => {
  await using folder = await openPlainFolder(dirname(path), { below: workDir }).catch(asFailure(path));
  await mkdir(inFolder(folder, basename(path)));
};
