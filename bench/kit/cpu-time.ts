import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second that /proc counts in; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

const timesOf = (pid: string): ProcessTimes | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The process name stands in parentheses and may itself contain some.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    // Own time, and that of children that have ended and were waited for.
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + (fields[at] as number), 0);
    return { pid: Number(pid), parent: fields[1] as number, ticks };
  } catch {
    return null;
  }
};

/** CPU seconds of one process and of its children that have ended. */
export const processCpuSeconds = (pid: number): number => (timesOf(String(pid))?.ticks ?? 0) / ticksPerSecond;

/** CPU seconds of a process and everything that runs or ran below it. */
export const treeCpuSeconds = (root: number): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(timesOf)
    .filter((times) => times !== null);
  const ticksBelow = (pid: number): number =>
    all.reduce(
      (sum, times) => sum + (times.pid === pid ? times.ticks : times.parent === pid ? ticksBelow(times.pid) : 0),
      0,
    );
  return ticksBelow(root) / ticksPerSecond;
};
