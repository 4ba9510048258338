import type { BundleEntry } from './collect.ts';
import { openToolFile } from './tool-files.ts';

/** Whether the top-level boxes of an ISO media file (ISO/IEC 14496-12) end exactly where the file ends. */
const isWhole = async (workDir: string, entry: BundleEntry): Promise<boolean> => {
  await using file = await openToolFile(workDir, entry.absolutePath, entry.identity);
  const header = Buffer.alloc(16);
  let at = 0;
  while (at < entry.sizeBytes) {
    await file.read(header, 0, 16, at);
    const length = header.readUInt32BE(0);
    const boxBytes = length === 1 ? Number(header.readBigUInt64BE(8)) : length;
    if (boxBytes < 8) return false;
    at += boxBytes;
  }
  return at === entry.sizeBytes && at > 0;
};

/**
 * The first segment that is cut off; null when all are whole. FFmpeg's HLS muxer says nothing about a full disk: it
 * ends with code 0, and a manifest that looks complete.
 */
export const brokenSegment = async (workDir: string, entries: readonly BundleEntry[]): Promise<string | null> => {
  for (const entry of entries)
    if (/\.(m4s|mp4)$/.test(entry.path) && !(await isWhole(workDir, entry))) return entry.path;
  return null;
};
