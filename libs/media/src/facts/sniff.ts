/** A file type that is accepted, with the FFmpeg demuxer that reads it. */
export interface SniffedType {
  readonly demuxer: string;
  readonly kind: 'video' | 'audio' | 'image';
}

/** How many leading bytes `sniff` wants to see. */
export const sniffBytes = 4096;

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

const startsWith = (bytes: Uint8Array, signature: readonly number[], at = 0): boolean =>
  signature.every((byte, i) => bytes[at + i] === byte);

const isMov = (bytes: Uint8Array): boolean =>
  ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp'].includes(ascii(bytes, 4, 4));

const tsPackets = (bytes: Uint8Array, size: number, offset: number): boolean =>
  bytes.length > offset + 2 * size && [0, 1, 2].every((n) => bytes[offset + n * size] === 0x47);

const isMpegTs = (bytes: Uint8Array): boolean => tsPackets(bytes, 188, 0) || tsPackets(bytes, 192, 4);

// An MPEG audio frame header: sync, and neither a reserved version nor layer nor bit rate.
const mpegAudioLayer = (bytes: Uint8Array): 'mp3' | 'adts' | null => {
  const [a = 0, b = 0, c = 0] = bytes;
  if (a !== 0xff || (b & 0xe0) !== 0xe0) return null;
  if ((b & 0xf6) === 0xf0) return 'adts';
  return (b & 0x18) !== 0x08 && (b & 0x06) !== 0 && (c & 0xf0) !== 0xf0 ? 'mp3' : null;
};

const riffTypes: Readonly<Record<string, SniffedType>> = {
  'AVI ': { demuxer: 'avi', kind: 'video' },
  WAVE: { demuxer: 'wav', kind: 'audio' },
  WEBP: { demuxer: 'webp_pipe', kind: 'image' },
};

const signatures: readonly (readonly [readonly number[], SniffedType])[] = [
  [[0x1a, 0x45, 0xdf, 0xa3], { demuxer: 'matroska', kind: 'video' }],
  [[0x46, 0x4c, 0x56, 0x01], { demuxer: 'flv', kind: 'video' }],
  [[0x00, 0x00, 0x01, 0xba], { demuxer: 'mpeg', kind: 'video' }],
  [[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], { demuxer: 'asf', kind: 'video' }],
  [[0x4f, 0x67, 0x67, 0x53], { demuxer: 'ogg', kind: 'audio' }],
  [[0x66, 0x4c, 0x61, 0x43], { demuxer: 'flac', kind: 'audio' }],
  [[0x49, 0x44, 0x33], { demuxer: 'mp3', kind: 'audio' }],
  [[0x63, 0x61, 0x66, 0x66], { demuxer: 'caf', kind: 'audio' }],
  [[0x46, 0x4f, 0x52, 0x4d], { demuxer: 'aiff', kind: 'audio' }],
  [[0x23, 0x21, 0x41, 0x4d, 0x52], { demuxer: 'amr', kind: 'audio' }],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], { demuxer: 'png_pipe', kind: 'image' }],
  [[0xff, 0xd8, 0xff], { demuxer: 'jpeg_pipe', kind: 'image' }],
  [[0x47, 0x49, 0x46, 0x38], { demuxer: 'gif', kind: 'image' }],
  [[0x42, 0x4d], { demuxer: 'bmp_pipe', kind: 'image' }],
];

/**
 * The type that the first bytes show, or null for everything that is not accepted. Text of any kind (playlists, SDP, SVG,
 * ffconcat) has no signature here: such files make FFmpeg open others, which no protocol list stops.
 */
export const sniff = (head: Uint8Array): SniffedType | null => {
  if (head.length < 12) return null;
  if (ascii(head, 0, 4) === 'RIFF' || ascii(head, 0, 4) === 'RF64') return riffTypes[ascii(head, 8, 4)] ?? null;
  const known = signatures.find(([signature]) => startsWith(head, signature));
  if (known) return known[1];
  if (isMov(head)) return { demuxer: 'mov', kind: 'video' };
  if (isMpegTs(head)) return { demuxer: 'mpegts', kind: 'video' };
  const layer = mpegAudioLayer(head);
  if (layer === 'adts') return { demuxer: 'aac', kind: 'audio' };
  return layer === 'mp3' ? { demuxer: 'mp3', kind: 'audio' } : null;
};
