import { execFileSync } from 'node:child_process';
import { copyFileSync, constants, mkdirSync } from 'node:fs';
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

/** Mounts an image through a loop device; ext4 replays its journal first, as it would after a power cut. */
export const mountDisk = (image: string, mountPoint: string): Disk => {
  mkdirSync(mountPoint, { recursive: true });
  run('mount', '-o', 'loop', image, mountPoint);
  return {
    mountPoint,
    copy: (copy) => copyFileSync(image, copy, constants.COPYFILE_FICLONE),
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
