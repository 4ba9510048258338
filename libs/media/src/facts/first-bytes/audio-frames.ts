/** What one frame says of itself; frames of one stream agree in `kind`. */
interface Frame {
  readonly kind: string;
  readonly demuxer: 'mp3' | 'aac' | 'loas';
  readonly bytes: number;
}

// Kilobits a second by bit rate index, of MPEG-1 layers I, II and III, and of MPEG-2 layer I and the other two.
const rates = {
  '1.1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1.2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1.3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2.1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2.2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;

const sampleRatesHz = [44_100, 48_000, 32_000] as const;

const mpegFrame = (b: number, c: number): Frame | null => {
  const [version, layerBits] = [(b >> 3) & 3, (b >> 1) & 3];
  const layer = 4 - layerBits;
  const sampleRate = sampleRatesHz[(c >> 2) & 3];
  if (version === 1 || layerBits === 0 || sampleRate === undefined) return null;
  const isFirst = version === 3;
  const table = isFirst ? rates[`1.${layer as 1 | 2 | 3}`] : layer === 1 ? rates['2.1'] : rates['2.2'];
  const bitsPerSecond = (table[c >> 4] ?? 0) * 1000;
  if (bitsPerSecond === 0) return null;
  const rateHz = sampleRate / (isFirst ? 1 : version === 2 ? 2 : 4);
  const padding = (c >> 1) & 1;
  const bytes =
    layer === 1
      ? (Math.floor((12 * bitsPerSecond) / rateHz) + padding) * 4
      : Math.floor(((layer === 3 && !isFirst ? 72 : 144) * bitsPerSecond) / rateHz) + padding;
  return { kind: `${version}.${layer}.${rateHz}`, demuxer: 'mp3', bytes };
};

const adtsHeaderBytes = 7;

const adtsFrame = (bytes: Uint8Array, at: number): Frame | null => {
  const [, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes.subarray(at, at + 6);
  const rateIndex = (c >> 2) & 0xf;
  const length = ((d & 3) << 11) | (e << 3) | (f >> 5);
  if (rateIndex > 12 || length < adtsHeaderBytes) return null;
  return { kind: `adts.${b}.${c & 0xfc}`, demuxer: 'aac', bytes: length };
};

const loasHeaderBytes = 3;

/** AAC as digital radio and television send it. */
const loasFrame = (b: number, c: number): Frame | null => {
  const length = ((b & 0x1f) << 8) | c;
  return length === 0 ? null : { kind: 'loas', demuxer: 'loas', bytes: loasHeaderBytes + length };
};

const frameAt = (bytes: Uint8Array, at: number): Frame | null => {
  const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
  if (a === 0x56 && (b & 0xe0) === 0xe0) return loasFrame(b, c);
  if (a !== 0xff || (b & 0xe0) !== 0xe0) return null;
  return (b & 0xf6) === 0xf0 ? adtsFrame(bytes, at) : mpegFrame(b, c);
};

/** The frame at a place, where as many of the same kind follow one another. */
const chainAt = (bytes: Uint8Array, start: number, framesMin: number): Frame | null => {
  const first = frameAt(bytes, start);
  if (first === null) return null;
  let at = start;
  for (let n = 0; n < framesMin; n++) {
    const frame = frameAt(bytes, at);
    if (frame?.kind !== first.kind) return null;
    at += frame.bytes;
  }
  return first;
};

/** The demuxer for the first run of MPEG, ADTS or LOAS frames that begins before `end`; null where there is none. */
export const findAudioFrames = (bytes: Uint8Array, framesMin: number, end = bytes.length): Frame['demuxer'] | null => {
  for (let at = 0; at < Math.min(end, bytes.length); at++) {
    const frame = chainAt(bytes, at, framesMin);
    if (frame !== null) return frame.demuxer;
  }
  return null;
};
