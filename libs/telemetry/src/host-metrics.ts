import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Metrics } from './metrics.ts';

const cpuTimes = (): { readonly busy: number; readonly all: number } => {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const sum = Object.values(times).reduce((total, time) => total + time, 0);
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
};

type Bytes = Readonly<Record<'read' | 'write', number>>;

/** What Linux counts for a process and the children it has waited for (proc(5), /proc/pid/io). */
const diskBytesOf = async (pid: number | 'self'): Promise<Bytes | null> => {
  const text = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => null);
  if (text === null) return null;
  const figureOf = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { read: figureOf('read_bytes'), write: figureOf('write_bytes') };
};

const helpers = new Set<() => number | undefined>();

/** Counts a child that runs programs for this process as this process; once it has ended, Linux does. */
export const countHelper = (pidNow: () => number | undefined): void => void helpers.add(pidNow);

const diskBytes = async (): Promise<Bytes | null> => {
  const pids = [...helpers].map((pidNow) => pidNow()).filter((pid) => pid !== undefined);
  const [own, ...others] = await Promise.all([diskBytesOf('self'), ...pids.map(diskBytesOf)]);
  if (!own) return null;
  const sum = (direction: keyof Bytes): number =>
    others.reduce((total, bytes) => total + (bytes?.[direction] ?? 0), own[direction]);
  return { read: sum('read'), write: sum('write') };
};

/** Keeps what this machine is busy with up to date; nothing is measured between two scrapes. */
export const watchHost = (metrics: Metrics): void => {
  let before = cpuTimes();
  let counted = { read: 0, write: 0 };
  metrics.onScrape(async () => {
    const now = cpuTimes();
    if (now.all > before.all) metrics.cpuUtilization.set((now.busy - before.busy) / (now.all - before.all));
    before = now;
    const bytes = await diskBytes();
    if (!bytes) return;
    for (const direction of ['read', 'write'] as const)
      metrics.diskIo.inc({ direction }, Math.max(0, bytes[direction] - counted[direction]));
    counted = { read: Math.max(counted.read, bytes.read), write: Math.max(counted.write, bytes.write) };
  });
};

/** Smaller files tell of the way there and not of its width. */
const telling = 256 * 1024;

/** Notes how fast a file came or went. */
export const noteTransfer = (
  metrics: Metrics,
  direction: 'fetch' | 'upload' | 'download',
  bytes: number,
  durationMs: number,
): void => {
  if (bytes >= telling && durationMs > 0) metrics.transferRate.observe({ direction }, (bytes * 1000) / durationMs);
};
