import type { FileHandle } from 'node:fs/promises';
import { pixelsMax } from '@ffapi/media';
import { MediaFailure } from '../media-failure.ts';

const [headerBytes, entryBytes] = [8, 12];
const littleEndian = 0x49;
const [widthTag, heightTag] = [256, 257];
const shortType = 3;

/** Width and height in the first directory of a TIFF (revision 6, section 2); 0 for what it does not say. */
export const tiffSize = async (file: FileHandle): Promise<{ width: number; height: number }> => {
  const { buffer: header } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  const isLittle = header[0] === littleEndian;
  const short = (bytes: Buffer, at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const long = (bytes: Buffer, at: number): number => (isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const directory = long(header, 4);
  const { buffer: count } = await file.read(Buffer.alloc(2), 0, 2, directory);
  const length = short(count, 0) * entryBytes;
  const { buffer: entries } = await file.read(Buffer.alloc(length), 0, length, directory + 2);
  const size = { width: 0, height: 0 };
  for (let at = 0; at < length; at += entryBytes) {
    const value = short(entries, at + 2) === shortType ? short(entries, at + 8) : long(entries, at + 8);
    if (short(entries, at) === widthTag) size.width = Math.max(size.width, value);
    if (short(entries, at) === heightTag) size.height = Math.max(size.height, value);
  }
  return size;
};

/** Refuses a TIFF of too many pixels: its size may stand at the end of the file, where no look at its first bytes sees it. */
export const checkTiff = async (file: FileHandle): Promise<void> => {
  const { width, height } = await tiffSize(file);
  if (width * height > pixelsMax) throw new MediaFailure('media_too_large');
};
