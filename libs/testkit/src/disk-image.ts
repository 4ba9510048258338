import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const defaultSizeMiB = 256;

/** A file with an ext4 file system in it, mounted: its bytes are what a disk would hold at any moment. */
export interface Disk {
  readonly mountPoint: string;
  /** Copies the backing file as it is now, without what the kernel still holds in memory. */
  copy(image: string): void;
  unmount(): void;
}

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const copiesMax = 50;
const writtenNs = (image: string): bigint => statSync(image, { bigint: true }).mtimeNs;

/**
 * Copies the image as it was at one moment. The kernel may be writing to it all the while; a copy that holds a later part
 * beside an earlier one is a disk that no power cut leaves, and ext4 cannot mend it.
 */
const copyAtOnce = (image: string, copy: string): void => {
  for (let copies = 0; copies < copiesMax; copies++) {
    const before = writtenNs(image);
    run('cp', '--reflink=auto', '--sparse=always', image, copy);
    if (writtenNs(image) === before) return;
  }
  throw new Error(`${image} is written to all the time`);
};

/**
 * Mounts an image through a loop device; ext4 replays its journal first, as it would after a power cut. What nobody syncs
 * stays in memory for minutes.
 */
export const mountDisk = (image: string, mountPoint: string): Disk => {
  mkdirSync(mountPoint, { recursive: true });
  run('mount', '-o', 'loop,commit=600', image, mountPoint);
  return {
    mountPoint,
    copy: (copy) => copyAtOnce(image, copy),
    unmount: () => run('umount', mountPoint),
  };
};

/** A fresh one, mounted at `dir/name`; its bytes are in `dir/name.img`. Needs root and a loop device. */
export const makeDisk = (dir: string, name: string, sizeMiB = defaultSizeMiB): Disk => {
  const image = join(dir, `${name}.img`);
  run('truncate', '-s', `${sizeMiB}M`, image);
  run('mkfs.ext4', '-q', '-F', image);
  return mountDisk(image, join(dir, name));
};

/** Why a power cut cannot be staged on this machine, or `null`. */
export const missingForDisks = (dir: string): string | null => {
  if (process.getuid?.() !== 0) return 'needs root to mount a loop device';
  try {
    makeDisk(dir, 'probe').unmount();
    return null;
  } catch (error) {
    return `no loop device can be mounted: ${(error as Error).message.split('\n')[0]}`;
  }
};
