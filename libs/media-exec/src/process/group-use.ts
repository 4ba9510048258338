import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** What the living processes of a group have used, sandboxed ones included. */
export interface GroupUse {
  readonly cpuSeconds: number;
  /** Memory that is theirs at the moment. */
  readonly residentBytes: number;
}

/** Clock ticks a second that /proc counts in, and bytes of a page; so on every Linux that Node runs on but for some ARM. */
const ticksPerSecond = 100;
const pageBytes = 4096;
const statBytesMax = 1024;

const numbersOf = (stat: string): { group: number; ticks: number; pages: number } => {
  // The process name stands in parentheses and may itself contain some.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { group: Number(fields[2]), ticks: Number(fields[11]) + Number(fields[12]), pages: Number(fields[21]) };
};

const statOf = (pid: string, buffer: Buffer): string | null => {
  try {
    const file = openSync(`/proc/${pid}/stat`, 'r');
    try {
      return buffer.toString('latin1', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
};

/** In the kernel's own units, so that what has not grown adds up to the same. */
interface Counts {
  readonly ticks: number;
  readonly pages: number;
}

const none: Counts = { ticks: 0, pages: 0 };

/** Read synchronously into one buffer: /proc answers from memory, and a promise for each process costs five times as much. */
const countGroups = (): Map<number, Counts> => {
  const buffer = Buffer.allocUnsafe(statBytesMax);
  const counts = new Map<number, Counts>();
  for (const pid of readdirSync('/proc')) {
    const stat = /^\d+$/.test(pid) ? statOf(pid, buffer) : null;
    if (stat === null) continue;
    const { group, ticks, pages } = numbersOf(stat);
    const before = counts.get(group) ?? none;
    counts.set(group, { ticks: before.ticks + ticks, pages: before.pages + pages });
  }
  return counts;
};

/** A look at all processes takes a millisecond or more: many tools that are watched at the same time share one. */
const sharedMs = 100;
let last: { readonly atMs: number; readonly counts: ReadonlyMap<number, Counts> } | undefined;

/** What a group uses now, or has used up to 100 ms ago. */
export const groupUse = (group: number, nowMs = performance.now()): GroupUse => {
  if (last === undefined || nowMs - last.atMs >= sharedMs) last = { atMs: nowMs, counts: countGroups() };
  const { ticks, pages } = last.counts.get(group) ?? none;
  return { cpuSeconds: ticks / ticksPerSecond, residentBytes: pages * pageBytes };
};
