import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

interface Server {
  readonly pid: number;
  readonly parent: number;
  /** Who started it, by its own account; null where that is not known. */
  readonly owner: number | null;
}

const graceMs = 5_000;
const lookMs = 20;
const ownerVariable = 'FFAPI_OWNER';

/** What a server is given, so that whoever finds it knows who started it, whatever becomes of the files beside it. */
export const ownerEnv = (): Record<string, string> => ({ [ownerVariable]: String(process.pid) });

interface Note {
  readonly pid: number;
  readonly owner: number;
}

const noteOf = (dir: string): string => join(dir, 'owner.json');

/** Notes which server works on the store of this folder, and who started it, for people and for earlier versions. */
export const noteOwner = (dir: string, pid: number): void =>
  writeFileSync(noteOf(dir), JSON.stringify({ pid, owner: process.pid } satisfies Note));

/** Servers of earlier versions do not know who started them. */
const notedOwner = (dir: string, pid: number): number | null => {
  try {
    const note = JSON.parse(readFileSync(noteOf(dir), 'utf8')) as Note;
    return note.pid === pid ? note.owner : null;
  } catch {
    return null;
  }
};

/** As `/proc/PID/…` tells it; empty for a process that is gone, or that tells us nothing. */
const told = (pid: number, what: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
};

const identity = (path: string): string | null => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
};

const parentOf = (pid: number): number => {
  const stat = told(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
};

const serverAt = (pid: number, wanted: string): Server | null => {
  const argv = told(pid, 'cmdline').split('\0');
  const file = argv[argv.indexOf('-c') + 1] ?? '';
  // By which folder it is and not by what it is called: the other process may have come to it by another path.
  if (!/\/nats[\w-]*\.conf$/.test(file) || identityIn(pid, dirname(file)) !== wanted) return null;
  const [, owner] = new RegExp(`(?:^|\\0)${ownerVariable}=(\\d+)`).exec(told(pid, 'environ')) ?? [];
  return { pid, parent: parentOf(pid), owner: owner === undefined ? null : Number(owner) };
};

const identityIn = (pid: number, path: string): string | null => {
  try {
    return identity(`/proc/${pid}/root${path}`);
  } catch {
    return null;
  }
};

/** Servers that work on the store of this folder: two would write into one store. */
const serversOn = (dir: string): Server[] => {
  const wanted = identity(dir);
  if (wanted === null || !existsSync('/proc')) return [];
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (serverAt(Number(name), wanted) ?? []) : []));
};

/** The store is another process's; what to do about it. */
export const inUse = (dir: string, by: string): Error =>
  new Error(`${dir} is in use by ${by}: stop it, or choose another data folder`);

/**
 * Ends the server that works on the store of this folder after the process that started it was killed. Refuses while
 * that process lives, and where nobody can tell whether it does.
 */
export const endOrphan = async (dir: string): Promise<void> => {
  for (const { pid, parent, ...server } of serversOn(dir)) {
    const owner = server.owner ?? notedOwner(dir, pid);
    if (owner === null) throw inUse(dir, `process ${pid}`);
    if (parent === owner) throw inUse(dir, `process ${owner}`);
    const startMs = performance.now();
    process.kill(pid, 'SIGTERM');
    while (told(pid, 'cmdline') !== '') {
      if (performance.now() - startMs > graceMs) process.kill(pid, 'SIGKILL');
      await delay(lookMs);
    }
  }
};
