import type { Config } from '@ffapi/config';

const mebibyte = 1024 * 1024;
/** An encode of 4K in any codec. */
const usualBytes = 4096 * mebibyte;
const bytesMax = 8192 * mebibyte;

/**
 * Memory that one media tool may have: as it is set, else half of the machine's (or container's) within bounds, and
 * never more than three quarters of it.
 */
export const toolMemoryBytes = (
  { FFMPEG_MEMORY_MB }: Pick<Config, 'FFMPEG_MEMORY_MB'>,
  machineBytes: number,
): number => {
  if (FFMPEG_MEMORY_MB !== undefined) return FFMPEG_MEMORY_MB * mebibyte;
  const half = Math.min(bytesMax, Math.max(usualBytes, machineBytes / 2));
  return Math.floor(Math.min(half, machineBytes * 0.75));
};
