import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { MediaFailure } from '../media-failure.ts';
import { framesMaxOf, tooManyFrames } from './animation.ts';

const unpack = promisify(inflate);

/** All profiles and texts of one picture, unpacked. The largest colour profiles have four megabytes. */
const unpackedBytesMax = 16 * 1024 * 1024;
const chunksMax = 100_000;
const [signatureBytes, headerBytes, checksumBytes] = [8, 8, 4];
/** Width and height, which begin the first chunk. */
const sizeBytesOfHeader = 8;

const afterNul = (bytes: Buffer, from: number): number => {
  const at = bytes.indexOf(0, from);
  return at === -1 ? bytes.length : at + 1;
};

/** The packed part of a chunk; null where the chunk holds none. */
const packedIn: Readonly<Record<string, (chunk: Buffer) => Buffer | null>> = {
  iCCP: (chunk) => chunk.subarray(afterNul(chunk, 0) + 1),
  zTXt: (chunk) => chunk.subarray(afterNul(chunk, 0) + 1),
  iTXt: (chunk) => {
    const flags = afterNul(chunk, 0);
    return chunk[flags] === 1 ? chunk.subarray(afterNul(chunk, afterNul(chunk, flags + 2))) : null;
  },
};

/** Bytes that it becomes; damage is for the tool to judge. */
const unpackedBytes = async (packed: Buffer, maxOutputLength: number): Promise<number> => {
  try {
    return (await unpack(packed, { maxOutputLength })).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return maxOutputLength + 1;
    return 0;
  }
};

/**
 * Refuses a PNG whose profiles and texts are, unpacked, more than any picture has, or whose frames are, each drawn at
 * the size of the whole, more pixels than any animation has.
 */
export const checkPng = async (file: FileHandle, sizeBytes: number): Promise<void> => {
  const header = Buffer.alloc(headerBytes);
  let [left, chunks, frames] = [unpackedBytesMax, 0, 0];
  const { buffer: whole } = await file.read(
    Buffer.alloc(sizeBytesOfHeader),
    0,
    sizeBytesOfHeader,
    signatureBytes + headerBytes,
  );
  const size = { width: whole.readUInt32BE(0), height: whole.readUInt32BE(4) };
  for (let at = signatureBytes; at + headerBytes <= sizeBytes; chunks++) {
    await file.read(header, 0, headerBytes, at);
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4);
    if (type === 'fcTL' && ++frames > framesMaxOf(size)) throw tooManyFrames(size);
    const packed = Object.hasOwn(packedIn, type) ? packedIn[type] : undefined;
    if (packed !== undefined) {
      const inFile = Math.min(length, sizeBytes - at - headerBytes);
      left -= inFile;
      if (left < 0) throw tooLarge();
      const { buffer } = await file.read(Buffer.alloc(inFile), 0, inFile, at + headerBytes);
      const body = packed(buffer);
      if (body !== null) left -= await unpackedBytes(body, left);
    }
    if (left < 0 || chunks > chunksMax) throw tooLarge();
    at += headerBytes + length + checksumBytes;
  }
};

const tooLarge = (): MediaFailure =>
  new MediaFailure('media_too_large', { message: 'The picture carries profiles or texts that unpack to too much.' });
