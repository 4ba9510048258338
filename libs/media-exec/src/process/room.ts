import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from '../output/collect.ts';
import type { RunLimits } from '../run-limits.ts';
import type { StopReason } from './run-tool.ts';

/** What a tool's writing is held to while it writes. */
export interface Room {
  /** Of one file: held to by the kernel, however fast it grows. */
  readonly fileBytesMax: number;
  /** What a file ran into that grew to that size. */
  readonly reason: StopReason;
  /** Why the tool must end; `null` while it may go on. The folder is walked every two seconds, or by a thorough look. */
  look(isThorough?: boolean): Promise<StopReason | null>;
}

/** Pieces that are joined, and lists of passes, lie beside the outputs for a while; they are not larger than these. */
const besideBytes = 64 * 1024 * 1024;

/** A stream of many segments takes a while to add up. */
const walkEvery = 8;

/** The room of one job's folder: what the volume keeps free, what its owner may still store, and the most for anybody. */
export const roomOf = (
  workDir: string,
  { freeBytesMin, quotaBytesMax, outputBytesMax }: Pick<RunLimits, 'freeBytesMin' | 'quotaBytesMax' | 'outputBytesMax'>,
): Room => {
  const folderBytesMax = 2 * quotaBytesMax + besideBytes;
  let looks = 0;
  // A volume that cannot be asked is none to go on writing to.
  const isVolumeFull = (): Promise<boolean> =>
    statfs(workDir).then(
      ({ bavail, bsize }) => bavail * bsize < freeBytesMin,
      () => true,
    );
  const outgrown = async (): Promise<StopReason | null> => {
    const [outputs, whole] = await Promise.all([folderBytes(join(workDir, 'out')), folderBytes(workDir)]);
    if (outputs > quotaBytesMax || whole > folderBytesMax) return 'over_quota';
    return whole > outputBytesMax ? 'too_large' : null;
  };
  return {
    fileBytesMax: Math.min(folderBytesMax, outputBytesMax),
    reason: folderBytesMax < outputBytesMax ? 'over_quota' : 'too_large',
    look: async (isThorough = false) => {
      const reason = isThorough || looks++ % walkEvery === 0 ? await outgrown() : null;
      return reason ?? ((await isVolumeFull()) ? 'disk_full' : null);
    },
  };
};
