import type { FileHandle } from 'node:fs/promises';

export interface MediaBox {
  /** Four letters. */
  readonly type: string;
  readonly atBytes: number;
  /** With its header. */
  readonly sizeBytes: number;
}

/** The top-level boxes of an ISO media file (ISO/IEC 14496-12), until one that cannot be. */
export async function* mediaBoxes(file: FileHandle, fileBytes: number): AsyncGenerator<MediaBox> {
  const header = Buffer.alloc(16);
  for (let atBytes = 0; atBytes < fileBytes;) {
    await file.read(header, 0, 16, atBytes);
    const length = header.readUInt32BE(0);
    const sizeBytes = length === 1 ? Number(header.readBigUInt64BE(8)) : length;
    if (sizeBytes < 8) return;
    yield { type: header.toString('latin1', 4, 8), atBytes, sizeBytes };
    atBytes += sizeBytes;
  }
}
