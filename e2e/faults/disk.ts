import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { StoredFile, TempFile } from './checker.ts';

const filesBelow = (dir: string): string[] =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

/** What can still be seen of a file; one that went away since the listing is none. */
const aged = (path: string, since: 'ctimeMs' | 'mtimeMs'): { ageSeconds: number; sizeBytes: number } | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? { ageSeconds: Math.round((Date.now() - found[since]) / 1000), sizeBytes: found.size } : null;
};

/** The manifest of a folder of files names its parts. */
const namedIn = (bytes: Buffer): string[] =>
  bytes.subarray(0, 9).toString('latin1') === '[{"path":'
    ? (JSON.parse(bytes.toString('utf8')) as { sha256: string }[]).map(({ sha256 }) => sha256)
    : [];

/** The blobs of a data folder, each read and digested anew. */
export const blobsIn = (dataDir: string): StoredFile[] =>
  filesBelow(join(dataDir, 'blobs', 'blobs')).flatMap((path) => {
    // Its time is renewed when the same bytes are stored again.
    const seen = aged(path, 'mtimeMs');
    if (!seen) return [];
    const bytes = readFileSync(path);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return [{ sha256: path.split('/').at(-1) ?? '', digest, ...seen, names: namedIn(bytes) }];
  });

/** What lies unfinished in a data folder. */
export const tempsIn = (process: string, dataDir: string): TempFile[] =>
  (['work', 'blob'] as const).flatMap((ref) =>
    filesBelow(join(dataDir, ref === 'work' ? 'work' : 'blobs/incoming')).flatMap((path) => {
      const seen = aged(path, 'ctimeMs');
      return seen ? [{ process, of: ref, path: relative(dataDir, path), ageSeconds: seen.ageSeconds }] : [];
    }),
  );
