import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileIdentity } from '@ffapi/blob';
import type { PlannedOutput } from '@ffapi/media';
import { lookAtToolFile, toolFilesBelow } from './tool-files.ts';

export interface BundleEntry {
  /** Path inside of the bundle, with forward slashes. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity;
  readonly contentType: string;
}

/** The files of an output as they are when they are first looked at: what is verified and stored afterwards is these. */
export interface Left {
  /** Of a bundle, by path; of a file, itself alone. */
  readonly entries: readonly BundleEntry[];
  readonly sizeBytes: number;
}

const contentTypes: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  ts: 'video/mp2t',
  vtt: 'text/vtt',
};

const contentTypeOf = (name: string): string =>
  contentTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** Every file of a bundle, in a stable order. */
export const bundleEntries = async (workDir: string, folder: string): Promise<BundleEntry[]> => {
  const files = [...(await toolFilesBelow(workDir, folder))];
  return files
    .map(([path, file]) => ({
      path,
      absolutePath: file.path,
      sizeBytes: file.sizeBytes,
      identity: file.identity,
      contentType: contentTypeOf(path),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** What the tools have left of an output; refuses what is not theirs. */
export const collect = async (workDir: string, output: PlannedOutput): Promise<Left> => {
  const path = outputPath(workDir, output);
  if (output.kind === 'bundle') {
    const entries = await bundleEntries(workDir, path);
    return { entries, sizeBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0) };
  }
  const { sizeBytes, identity } = await lookAtToolFile(workDir, path);
  const { contentType } = output;
  return { sizeBytes, entries: [{ path: output.name, absolutePath: path, sizeBytes, identity, contentType }] };
};

/** Nothing where it vanished meanwhile; a folder that a tool has closed to us may hold anything. */
const unseenBytes = (error: unknown): number => ((error as NodeJS.ErrnoException).code === 'ENOENT' ? 0 : Infinity);

/** Bytes in a folder and below; links are not followed. */
export const folderBytes = async (folder: string): Promise<number> => {
  const sizeOf = async (entry: Dirent): Promise<number> => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? folderBytes(path) : (await lstat(path)).size;
  };
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const sizes = await Promise.all(entries.map((entry) => sizeOf(entry).catch(unseenBytes)));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch (error) {
    return unseenBytes(error);
  }
};

/** Where an output lies on this machine. */
export const outputPath = (workDir: string, output: PlannedOutput): string => join(workDir, 'out', output.name);
