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

/** The running processes of this name below a process, however deep. */
export const descendants = (root: number, name: string): number[] => {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(processOf)
    .filter((each) => each !== null);
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => {
    for (let at = parents.get(pid); at !== undefined && at > 0; at = parents.get(at)) if (at === root) return true;
    return false;
  };
  return all.filter((each) => each.name === name && isBelow(each.pid)).map(({ pid }) => pid);
};
