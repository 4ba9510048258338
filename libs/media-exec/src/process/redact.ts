import { dirname } from 'node:path';
import type { Mounts } from '../sandbox/sandbox.ts';

/** The text without paths of the host: only file names stay. */
export const redactPaths = (text: string, mounts: Mounts): string => {
  const folders = [mounts.workDir, ...Object.values(mounts.inputs).map((path) => dirname(path))];
  return folders
    .filter((folder) => folder.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, folder) => rest.replaceAll(folder, '…'), text);
};
