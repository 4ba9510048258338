import { readdir, readFile } from 'node:fs/promises';

/** Clock ticks a second that /proc counts in; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

const groupAndTicks = (stat: string): { group: number; ticks: number } => {
  // The process name stands in parentheses and may itself contain some.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), ticks: Number(fields[11]) + Number(fields[12]) };
};

const statOf = async (pid: string): Promise<string | null> => {
  try {
    return await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
};

/** Seconds of CPU that the living processes of a group have used; sandboxed ones included. */
export const groupCpuSeconds = async (group: number): Promise<number> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map(statOf));
  const ticks = stats
    .filter((stat) => stat !== null)
    .map(groupAndTicks)
    .filter((entry) => entry.group === group)
    .reduce((sum, entry) => sum + entry.ticks, 0);
  return ticks / ticksPerSecond;
};
