import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

const processOf = (pid: string): Process | null => {
  try {
    const [, name = '', parent = ''] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return { pid: Number(pid), parent: Number(parent), name };
  } catch {
    // It has ended since the folder was listed.
    return null;
  }
};

const running = (): Process[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(processOf)
    .filter((each) => each !== null);

const below = (root: number): Process[] => {
  const all = running();
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 0; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return all.filter(({ pid }) => isBelow(pid));
};

/** The running processes of this name below a process, however deep. */
export const descendants = (root: number, name: string): number[] =>
  below(root)
    .filter((each) => each.name === name)
    .map(({ pid }) => pid);

/** A process and everything that it has started, however deep. */
export const withDescendants = (root: number): number[] => [root, ...below(root).map(({ pid }) => pid)];

/** Sends a signal to all of them that still run. */
export const signalAll = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
};
