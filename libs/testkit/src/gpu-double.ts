import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What goes wrong with the GPU that is not there: in jobs, but for `no-gpu`, in which nothing of it works. */
export type GpuDoubleMode = 'fine' | 'no-gpu' | 'no-decoder' | 'no-encoder' | 'no-session' | 'hang';

/** A double of a machine with a GPU: programs that speak as the real ones do, and encode on the CPU. */
export interface GpuDouble {
  /** Stands in for FFmpeg. */
  readonly ffmpeg: string;
  /** To be put before PATH: there lies a double of nvidia-smi. */
  readonly bin: string;
  set(mode: GpuDoubleMode): void;
}

/** Makes the double in a folder of its own; the work is done by this FFmpeg. */
export const createGpuDouble = (dir: string, realFfmpeg: string): GpuDouble => {
  mkdirSync(dir, { recursive: true });
  for (const name of ['ffmpeg', 'nvidia-smi']) {
    copyFileSync(join(import.meta.dirname, 'gpu-double', `${name}.sh`), join(dir, name));
    chmodSync(join(dir, name), 0o755);
  }
  symlinkSync(realFfmpeg, join(dir, 'real'));
  const set = (mode: GpuDoubleMode): void => writeFileSync(join(dir, 'mode'), mode);
  set('fine');
  return { ffmpeg: join(dir, 'ffmpeg'), bin: dir, set };
};
