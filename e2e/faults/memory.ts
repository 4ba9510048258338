import { readFileSync } from 'node:fs';
import type { Fleet } from './fleet.ts';
import type { Note } from './recorder.ts';

const everyMs = 5_000;

/** Resident memory of a process, or `null` when it is gone. */
export const rssMiBOf = (pid: number): number | null => {
  try {
    const kiB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kiB === undefined ? null : Math.round(Number(kiB) / 102.4) / 10;
  } catch {
    return null;
  }
};

/** Puts the memory of every process on record until told to stop. */
export const watchMemory = (fleet: Fleet, note: Note): (() => void) => {
  const timer = setInterval(() => {
    for (const { name, pid } of fleet.processes) {
      const rssMiB = rssMiBOf(pid);
      if (rssMiB !== null) note({ kind: 'memory', process: name, pid, rssMiB });
    }
  }, everyMs);
  return () => clearInterval(timer);
};
