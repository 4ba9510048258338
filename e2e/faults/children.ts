import type { ChildProcess } from 'node:child_process';

const children = new Map<ChildProcess, NodeJS.Signals>();

/**
 * Remembers a child until it has ended: whatever way this process ends, no child outlives it. A child that has children
 * of its own is asked to end by a signal that lets it take them along.
 */
export const keepTrack = (child: ChildProcess, endedBy: NodeJS.Signals = 'SIGKILL'): ChildProcess => {
  children.set(child, endedBy);
  child.once('exit', () => children.delete(child));
  return child;
};

const endAll = (): void => {
  for (const [child, signal] of children) child.kill(signal);
};

/** Ends what runs when this process ends, also by a signal. */
export const takeChildrenAlong = (): void => {
  process.on('exit', endAll);
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const)
    process.on(signal, () => process.exit(128 + number));
};
