import { startsWith } from './bytes.ts';

// Words of 16 bits a frame by size code, at 48, 44.1 and 32 kHz (A/52, table 5.18).
const kilobits = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640] as const;
const frameRatesHz = [48_000, 44_100, 32_000] as const;
const samplesPerFrame = 1536;

const ac3Bytes = (code: number): number | null => {
  const [rateHz, sizeCode] = [frameRatesHz[code >> 6], code & 0x3f];
  const rate = kilobits[sizeCode >> 1];
  if (rateHz === undefined || rate === undefined) return null;
  const words = Math.floor((rate * 1000 * samplesPerFrame) / rateHz / 16);
  return 2 * (words + (rateHz === 44_100 ? sizeCode & 1 : 0));
};

/** The demuxer for Dolby Digital (Plus), where a second frame follows the first; null for anything else. */
export const dolbyAudio = (bytes: Uint8Array): 'ac3' | 'eac3' | null => {
  if (!startsWith(bytes, [0x0b, 0x77])) return null;
  const [, , c = 0, d = 0, e = 0, f = 0] = bytes;
  const isPlus = f >> 3 > 10;
  const size = isPlus ? 2 * ((((c & 7) << 8) | d) + 1) : ac3Bytes(e);
  if (size === null || f >> 3 > 16 || !startsWith(bytes, [0x0b, 0x77], size)) return null;
  return isPlus ? 'eac3' : 'ac3';
};
