import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { PlannedOutput } from '@ffapi/media';

export interface BundleEntry {
  /** Path inside of the bundle, with forward slashes. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  vtt: 'text/vtt',
};

const contentTypeOf = (name: string): string =>
  contentTypes[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** Every file of a bundle, in a stable order. */
export const bundleEntries = async (folder: string): Promise<BundleEntry[]> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const entries = await Promise.all(
    files.map(async (absolutePath) => ({
      path: relative(folder, absolutePath),
      absolutePath,
      sizeBytes: (await stat(absolutePath)).size,
      contentType: contentTypeOf(absolutePath),
    })),
  );
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** Bytes in a folder and below; files that vanish meanwhile count as nothing. */
export const folderBytes = async (folder: string): Promise<number> => {
  try {
    return (await bundleEntries(folder)).reduce((sum, entry) => sum + entry.sizeBytes, 0);
  } catch {
    return 0;
  }
};

/** Where an output lies on this machine. */
export const outputPath = (workDir: string, output: PlannedOutput): string => join(workDir, 'out', output.name);
