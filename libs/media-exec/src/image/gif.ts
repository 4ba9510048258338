import type { FileHandle } from 'node:fs/promises';
import { framesMaxOf, tooManyFrames } from './animation.ts';

const windowBytes = 1 << 18;

/** Reads a file from front to back, a byte at a time, with few reads. */
const reader = (file: FileHandle) => {
  const buffer = Buffer.allocUnsafe(windowBytes);
  let [start, filled, at] = [0, 0, 0];
  return {
    /** The next byte; null behind the end. */
    next: async (): Promise<number | null> => {
      if (at >= start + filled || at < start) {
        start = at;
        filled = (await file.read(buffer, 0, windowBytes, start)).bytesRead;
        if (filled === 0) return null;
      }
      return buffer[at++ - start] ?? null;
    },
    skip: (bytes: number): void => {
      at += bytes;
    },
  };
};

const [imageBlock, extensionBlock] = [0x2c, 0x21];

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** Frames of a GIF (89a, sections 17 to 27), at most as many as are asked for; a file that breaks off has those before. */
export const gifFrames = async (file: FileHandle, framesMax: number): Promise<number> => {
  const bytes = reader(file);
  bytes.skip(10);
  bytes.skip(2 + tableBytes((await bytes.next()) ?? 0));
  const skipSubBlocks = async (): Promise<void> => {
    for (let length = await bytes.next(); length; length = await bytes.next()) bytes.skip(length);
  };
  let frames = 0;
  while (frames < framesMax) {
    const block = await bytes.next();
    if (block === extensionBlock) bytes.skip(1);
    else if (block === imageBlock) {
      frames++;
      bytes.skip(8);
      bytes.skip(tableBytes((await bytes.next()) ?? 0) + 1);
    } else return frames;
    await skipSubBlocks();
  }
  return frames;
};

/** Refuses a GIF whose frames, each drawn at the size of the whole, are more pixels than any animation has. */
export const checkGif = async (file: FileHandle): Promise<void> => {
  const { buffer } = await file.read(Buffer.alloc(10), 0, 10, 0);
  const size = { width: buffer.readUInt16LE(6), height: buffer.readUInt16LE(8) };
  const framesMax = framesMaxOf(size);
  if ((await gifFrames(file, framesMax + 1)) > framesMax) throw tooManyFrames(size);
};
