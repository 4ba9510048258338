import type { FileHandle } from 'node:fs/promises';
import { openPlainFile } from '@ffapi/blob';
import { heifPicture, isOnSide, sniffBytes, tiffOrientation, turnsOf } from '@ffapi/media';
import type { MediaFacts, Turn } from '@ffapi/media';

/** More than an EXIF block has; what is behind it is pictures. */
const exifBytesMax = 64 * 1024;
const [riffHeaderBytes, chunkHeaderBytes] = [12, 8];
const chunksMax = 1_000;

const bytesAt = async (file: FileHandle, at: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
};

/** The EXIF chunk of a WebP stands behind its picture. */
const webpTurns = async (file: FileHandle): Promise<readonly Turn[]> => {
  for (let [at, chunks] = [riffHeaderBytes, 0]; chunks < chunksMax; chunks++) {
    const header = await bytesAt(file, at, chunkHeaderBytes);
    if (header.length < chunkHeaderBytes) return [];
    const length = header.readUInt32LE(4);
    if (header.toString('latin1', 0, 4) === 'EXIF') {
      const exif = await bytesAt(file, at + chunkHeaderBytes, Math.min(length, exifBytesMax));
      // Some writers put the marker of JPEG in front.
      return turnsOf(tiffOrientation(exif.subarray(exif.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0)));
    }
    at += chunkHeaderBytes + length + (length % 2);
  }
  return [];
};

const tiffTurns = async (file: FileHandle): Promise<readonly Turn[]> => {
  const header = await bytesAt(file, 0, 8);
  if (header.length < 8) return [];
  const isLittle = header[0] === 0x49;
  const directory = isLittle ? header.readUInt32LE(4) : header.readUInt32BE(4);
  const found = await bytesAt(file, directory, exifBytesMax);
  // The directory as if it followed the header.
  const moved = Buffer.from(header);
  if (isLittle) moved.writeUInt32LE(8, 4);
  else moved.writeUInt32BE(8, 4);
  return turnsOf(tiffOrientation(Buffer.concat([moved, found])));
};

interface Lying {
  /** Null: FFmpeg reads the picture as it is. */
  readonly redraw: readonly Turn[] | null;
  readonly losses: readonly string[];
}

const avifLying = async (file: FileHandle): Promise<Lying> => {
  const picture = heifPicture(await bytesAt(file, 0, sniffBytes));
  if (picture === null) return { redraw: null, losses: [] };
  const losses = picture.hasAlpha ? ['the transparency of AVIF cannot be read, and is left out'] : [];
  return { redraw: picture.turns, losses };
};

const turned = (turns: readonly Turn[]): Lying => ({ redraw: turns.length === 0 ? null : turns, losses: [] });

const readers: Readonly<Record<string, (file: FileHandle) => Promise<Lying>>> = {
  webp_pipe: async (file) => turned(await webpTurns(file)),
  tiff_pipe: async (file) => turned(await tiffTurns(file)),
  mov: avifLying,
};

/** The facts of a still with how it has to be turned to stand, where no decoder says so. */
export const withLying = async (path: string, facts: MediaFacts): Promise<MediaFacts> => {
  const read = Object.hasOwn(readers, facts.demuxer) ? readers[facts.demuxer] : undefined;
  if (!read) return facts;
  await using file = await openPlainFile(path);
  const { redraw, losses } = await read(file);
  if (redraw === null) return facts;
  const stands = isOnSide(redraw)
    ? facts.video.map((each) => ({ ...each, displayWidth: each.displayHeight, displayHeight: each.displayWidth }))
    : facts.video;
  return { ...facts, video: stands, redraw, unheard: [...facts.unheard, ...losses] };
};
