import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

interface Owned {
  /** The server. */
  readonly pid: number;
  /** The process that started it. */
  readonly owner: number;
}

const graceMs = 5_000;
const lookMs = 20;
const noteOf = (dir: string): string => join(dir, 'owner.json');

/** Notes which server works on the store of this folder, and who started it. */
export const noteOwner = (dir: string, pid: number): void =>
  writeFileSync(noteOf(dir), JSON.stringify({ pid, owner: process.pid } satisfies Owned));

/** Parent and command line of a process, or `null` when there is none. */
const look = (pid: number): { readonly parent: number; readonly command: string } | null => {
  try {
    const text = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    const [, parent = '', command = ''] = /^\s*(\d+)\s+(.*)/.exec(text) ?? [];
    return { parent: Number(parent), command };
  } catch {
    return null;
  }
};

/**
 * Ends the server that works on the store of this folder after the process that started it was killed: two servers
 * would write into one store. Refuses while that process lives.
 */
export const endOrphan = async (dir: string): Promise<void> => {
  let owned: Owned;
  try {
    owned = JSON.parse(readFileSync(noteOf(dir), 'utf8')) as Owned;
  } catch {
    return;
  }
  const { pid, owner } = owned;
  const server = (): ReturnType<typeof look> => {
    const found = look(pid);
    return found?.command.includes(dir) ? found : null;
  };
  const left = server();
  if (!left) return;
  if (left.parent === owner)
    throw new Error(`${dir} is in use by process ${owner}: stop it, or choose another data folder`);
  const startMs = performance.now();
  process.kill(pid, 'SIGTERM');
  while (server()) {
    if (performance.now() - startMs > graceMs) process.kill(pid, 'SIGKILL');
    await delay(lookMs);
  }
};
