import type { BundleEntry } from './collect.ts';
import { mediaBoxes } from './media-boxes.ts';
import { openToolFile } from './tool-files.ts';

/** Whether the top-level boxes of an ISO media file end exactly where the file ends. */
const isWholeFile = async (workDir: string, entry: BundleEntry): Promise<boolean> => {
  await using file = await openToolFile(workDir, entry.absolutePath, entry.identity);
  let endBytes = 0;
  for await (const { atBytes, sizeBytes } of mediaBoxes(file, entry.sizeBytes)) endBytes = atBytes + sizeBytes;
  return endBytes === entry.sizeBytes && endBytes > 0;
};

const packetBytes = 188;
const syncByte = 0x47;

/** Whether a transport stream is whole packets to its end. */
const isWholeStream = async (workDir: string, entry: BundleEntry): Promise<boolean> => {
  if (entry.sizeBytes === 0 || entry.sizeBytes % packetBytes !== 0) return false;
  await using file = await openToolFile(workDir, entry.absolutePath, entry.identity);
  const sync = Buffer.alloc(1);
  await file.read(sync, 0, 1, entry.sizeBytes - packetBytes);
  return sync[0] === syncByte;
};

const isWhole = (workDir: string, entry: BundleEntry): Promise<boolean> =>
  entry.path.endsWith('.ts') ? isWholeStream(workDir, entry) : isWholeFile(workDir, entry);

/**
 * The first segment that is cut off; null when all are whole. FFmpeg's HLS muxer says nothing about a full disk: it
 * ends with code 0, and a manifest that looks complete.
 */
export const brokenSegment = async (workDir: string, entries: readonly BundleEntry[]): Promise<string | null> => {
  for (const entry of entries)
    if (/\.(m4s|mp4|ts)$/.test(entry.path) && !(await isWhole(workDir, entry))) return entry.path;
  return null;
};
