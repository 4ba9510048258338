import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheDir } from './cache-dir.ts';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where a program is on the PATH, or where its `tools/<name>/build.mjs` has put it. */
export const findBinary = (name: string): string | undefined => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(cacheDir, 'bin')];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
};
