import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

/** Remembers a child until it has ended: whatever way this process ends, no child outlives it. */
export const keepTrack = (child: ChildProcess): ChildProcess => {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
};

const killAll = (): void => {
  for (const child of children) child.kill('SIGKILL');
};

/** Ends what runs when this process ends, also by a signal. */
export const takeChildrenAlong = (): void => {
  process.on('exit', killAll);
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.on(signal, () => process.exit(128 + number));
};
