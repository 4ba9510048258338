import {
  codecOfInit,
  codecOfTransport,
  editStartOf,
  firstSample,
  timescaleOf,
  transportBeginning,
  transportKeyframes,
} from '@ffapi/media';
import type { KeyframeRange } from '@ffapi/media';
import type { BundleEntry } from './collect.ts';
import { mediaBoxes } from './media-boxes.ts';
import { openToolFile, readToolFile } from './tool-files.ts';

/** A box longer than this holds media, and is no table of it. */
const tableBytesMax = 16 * 1024 * 1024;
const ticksPerSecond = 90_000;

/** What there is to know of a rendition's segments, whatever they are made of. */
export interface SegmentReader {
  /** The RFC 6381 codec string; null where it is none we make. */
  codec(): Promise<string | null>;
  /** When the first frame of a segment is shown, in ticks of 90 kHz. */
  beginning(segment: BundleEntry): Promise<number | null>;
  keyframes(segment: BundleEntry): Promise<readonly KeyframeRange[]>;
}

const read = (workDir: string, entry: BundleEntry): Promise<Buffer> =>
  readToolFile(workDir, entry.absolutePath, entry.identity);

interface Moof {
  readonly atBytes: number;
  readonly bytes: Buffer;
}

const firstMoof = async (workDir: string, segment: BundleEntry): Promise<Moof | null> => {
  await using file = await openToolFile(workDir, segment.absolutePath, segment.identity);
  for await (const { type, atBytes, sizeBytes } of mediaBoxes(file, segment.sizeBytes)) {
    if (type !== 'moof') continue;
    if (sizeBytes > tableBytesMax) return null;
    const bytes = Buffer.alloc(sizeBytes);
    await file.read(bytes, 0, sizeBytes, atBytes);
    return { atBytes, bytes };
  }
  return null;
};

/** Segments of fragmented MP4 with their initialisation segment: of each, the keyframe that begins it can be named. */
export const fragmentReader = async (workDir: string, initEntry: BundleEntry): Promise<SegmentReader> => {
  const init = await read(workDir, initEntry);
  const [timescale, startTicks] = [timescaleOf(init), editStartOf(init)];
  return {
    codec: async () => codecOfInit(init),
    beginning: async (segment) => {
      const moof = await firstMoof(workDir, segment);
      const sample = moof && firstSample(moof.bytes);
      return sample && timescale ? Math.round(((sample.atTicks - startTicks) * ticksPerSecond) / timescale) : null;
    },
    keyframes: async (segment) => {
      const moof = await firstMoof(workDir, segment);
      const sample = moof && firstSample(moof.bytes);
      return moof && sample ? [{ atBytes: moof.atBytes, sizeBytes: sample.endBytes, atSeconds: 0 }] : [];
    },
  };
};

/** Segments of a transport stream. */
export const transportReader = (workDir: string, first: BundleEntry): SegmentReader => ({
  codec: async () => codecOfTransport(await read(workDir, first)),
  beginning: async (segment) => transportBeginning(await read(workDir, segment)),
  keyframes: async (segment) => transportKeyframes(await read(workDir, segment)),
});
