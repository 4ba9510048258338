import type { Size } from '../ladder/fit.ts';

const jpegSize = (bytes: Uint8Array, view: DataView): Size | null => {
  let at = 2;
  while (at + 9 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return null;
    // SOF0 to SOF15, without the tables DHT, JPG and DAC between them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
};

const webpSize = (bytes: Uint8Array, view: DataView): Size | null => {
  const kind = String.fromCharCode(...bytes.subarray(12, 16));
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 'VP8L') {
    const packed = view.getUint32(21, true);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  return kind === 'VP8X' ? { width: three(24) + 1, height: three(27) + 1 } : null;
};

/** Width and height in the header of a JPEG, PNG or WebP file; null for anything else. */
export const imageSize = (bytes: Uint8Array): Size | null => {
  if (bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(bytes, view);
  if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
  return view.getUint32(0) === 0x52494646 ? webpSize(bytes, view) : null;
};
