import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { CannotBeStaged } from './drill.ts';

/** A small file system of its own. */
export interface Volume {
  resize(sizeMiB: number): void;
}

const mount = (...args: string[]): void => {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** Runs with a small volume at this path, and takes it away afterwards. */
export const withVolume = async <T>(
  path: string,
  sizeMiB: number,
  work: (volume: Volume) => Promise<T>,
): Promise<T> => {
  if (process.getuid?.() !== 0) throw new CannotBeStaged('needs root to mount a volume');
  mkdirSync(path, { recursive: true });
  mount('-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', path);
  // Lazily: a process that is just ending may still have a file open there.
  const unmount = (): void => void execFileSync('umount', ['-l', path]);
  process.once('exit', unmount);
  try {
    return await work({ resize: (toMiB) => mount('-o', `remount,size=${toMiB}m`, path) });
  } finally {
    process.off('exit', unmount);
    unmount();
  }
};
