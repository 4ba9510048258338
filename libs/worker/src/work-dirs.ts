import { chmodSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

interface Owner {
  readonly dataDir: string;
  readonly instance: string;
}

/** The folder of one process's attempts, on the volume of the blobs so that finished files are renamed into them. */
export const workDirOf = ({ dataDir, instance }: Owner): string => join(dataDir, 'work', instance);

const openUp = (folder: string): void => {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) openUp(join(folder, entry.name));
};

/** Removes a folder, also where a tool has closed some of it to us; links in it are not followed. */
export const removeTree = async (path: string): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) openUp(path);
    await rm(path, { recursive: true, force: true });
  }
};

/** Removes what processes that are gone have left: a folder is named after host, process and start. */
export const sweepWorkDirs = async ({ dataDir, instance }: Owner): Promise<void> => {
  const [host] = instance.split(/-(?=\d+-[0-9a-f]{6}$)/);
  let names: string[];
  try {
    names = readdirSync(join(dataDir, 'work'));
  } catch {
    return;
  }
  for (const name of names) {
    const [owner, rest] = name.split(/-(?=\d+-[0-9a-f]{6}$)/);
    const pid = Number(rest?.split('-')[0]);
    const path = join(dataDir, 'work', name);
    if (owner === host && (pid === process.pid ? isOfPredecessor(path) : !isRunning(pid))) await removeTree(path);
  }
};

/** A container that starts again gives its process the host and the number that the one before it had. */
const isOfPredecessor = (path: string): boolean => {
  const startedMs = Date.now() - process.uptime() * 1000;
  return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < startedMs;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
