import type { FileHandle } from 'node:fs/promises';
import { openPlainFile } from '@ffapi/blob';
import { MediaFailure } from '../media-failure.ts';
import { checkGif } from './gif.ts';
import { checkPng } from './png.ts';
import { checkTiff } from './tiff.ts';

/** The largest picture that is accepted, 16 bits a channel and not compressed at all, with room for its profile. */
const imageBytesMax = 320 * 1024 * 1024;

const checks: Readonly<Record<string, (file: FileHandle, sizeBytes: number) => Promise<void>>> = {
  gif: checkGif,
  apng: checkPng,
  png_pipe: checkPng,
  tiff_pipe: checkTiff,
};

/**
 * Looks at a picture before any tool opens it: a tool unpacks profiles and texts whole, reads a still whole, and draws
 * every frame of an animation at its full size, all of which a small file can make very large.
 */
export const checkImage = async (path: string, demuxer: string): Promise<void> => {
  const isStill = demuxer.endsWith('_pipe');
  if (!isStill && !Object.hasOwn(checks, demuxer)) return;
  await using file = await openPlainFile(path);
  const { size } = await file.stat();
  if (isStill && size > imageBytesMax) throw new MediaFailure('media_too_large');
  await checks[demuxer]?.(file, size);
};
