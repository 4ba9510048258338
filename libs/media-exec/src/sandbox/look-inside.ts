import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runTool } from '../process/run-tool.ts';
import { parseMounts, type Mount } from './mount-info.ts';
import type { Mounts, Sandbox } from './sandbox.ts';

/** A process inside of the sandbox, as the kernel tells of it to us outside. */
export interface Inside {
  /** Fields of /proc/PID/status. */
  readonly status: Readonly<Record<string, string>>;
  /** Namespaces that it shares with us; null where we may not know. */
  readonly sharedNamespaces: readonly string[] | null;
  readonly mounts: readonly Mount[] | null;
  /** The machine's own at that moment: numbers of devices are given anew as soon as the process has ended. */
  readonly hostMounts: readonly Mount[];
  readonly environment: readonly string[] | null;
}

const kinds = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
/** On a machine that starts everything at once, a program waits for its turn. */
const patienceMs = 30_000;
const againMs = 5;

const orNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

/** A process of exactly this command line. */
const pidOf = (argv: readonly string[]): string | null => {
  const wanted = `${argv.join('\0')}\0`;
  return (
    readdirSync('/proc').find(
      (pid) => /^\d+$/.test(pid) && orNull(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) === wanted,
    ) ?? null
  );
};

const statusOf = (pid: string): Record<string, string> =>
  Object.fromEntries(
    [...readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^(\w+):\s*(.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value.trim(),
    ]),
  );

const insideOf = (pid: string): Inside => ({
  status: statusOf(pid),
  sharedNamespaces: orNull(() =>
    kinds.filter((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`) === readlinkSync(`/proc/self/ns/${kind}`)),
  ),
  mounts: orNull(() => parseMounts(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))),
  hostMounts: parseMounts(readFileSync('/proc/self/mountinfo', 'utf8')),
  environment: orNull(() =>
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .flatMap((pair) => (pair === '' ? [] : [pair.split('=')[0] ?? ''])),
  ),
});

/** Starts a program that only waits, and looks at it from outside; null when it was not seen. */
export const lookInside = async (sandbox: Sandbox, mounts: Mounts): Promise<Inside | null> => {
  // A number that no other process waits for.
  const argv = ['sleep', `60.${process.pid}${Math.trunc(performance.now() * 1000)}`];
  const ending = new AbortController();
  const command = sandbox.wrap('sleep', argv.slice(1), mounts);
  let isRunning = true;
  const running = runTool({
    ...command,
    wallClockMs: 2 * patienceMs,
    stallMs: 2 * patienceMs,
    graceMs: 1,
    signal: ending.signal,
    stdout: 'capture',
  }).finally(() => (isRunning = false));
  try {
    const deadlineMs = performance.now() + patienceMs;
    while (isRunning && performance.now() < deadlineMs) {
      const pid = pidOf(argv);
      const inside = pid === null ? null : orNull(() => insideOf(pid));
      if (inside !== null) return inside;
      await delay(againMs);
    }
    return null;
  } finally {
    ending.abort();
    await running;
  }
};
