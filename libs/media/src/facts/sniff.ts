import { findAudioFrames } from './first-bytes/audio-frames.ts';
import { ascii, startsWith } from './first-bytes/bytes.ts';
import { dolbyAudio } from './first-bytes/dolby.ts';
import { elementaryVideo } from './first-bytes/elementary.ts';
import { heifPicture } from './first-bytes/heif.ts';
import { isForeign } from './first-bytes/foreign.ts';
import { isMpegTs, isMpegTsFromMidPacket } from './first-bytes/transport-stream.ts';

export { id3Bytes } from './first-bytes/id3.ts';
export { heifPicture } from './first-bytes/heif.ts';
export { whyUnread } from './first-bytes/unread.ts';

/** A file type that is accepted, with the FFmpeg demuxer that reads it. */
export interface SniffedType {
  readonly demuxer: string;
  readonly kind: 'video' | 'audio' | 'image';
}

/** How many leading bytes `sniff` wants to see: as far as FFmpeg looks for the first frame of a sound. */
export const sniffBytes = 65_536;

const video = (demuxer: string): SniffedType => ({ demuxer, kind: 'video' });
const audio = (demuxer: string): SniffedType => ({ demuxer, kind: 'audio' });
const image = (demuxer: string): SniffedType => ({ demuxer, kind: 'image' });

const isMov = (bytes: Uint8Array): boolean =>
  ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp'].includes(ascii(bytes, 4, 4));

// An MPEG audio frame header: sync, and neither a reserved version nor layer nor bit rate.
const mpegAudioLayer = (bytes: Uint8Array): 'mp3' | 'adts' | null => {
  const [a = 0, b = 0, c = 0] = bytes;
  if (a !== 0xff || (b & 0xe0) !== 0xe0) return null;
  if ((b & 0xf6) === 0xf0) return 'adts';
  return (b & 0x18) !== 0x08 && (b & 0x06) !== 0 && (c & 0xf0) !== 0xf0 ? 'mp3' : null;
};

const riffNames = ['RIFF', 'RIFX', 'RF64', 'BW64'];

const riffTypes: Readonly<Record<string, SniffedType>> = {
  'AVI ': video('avi'),
  WAVE: audio('wav'),
  WEBP: image('webp_pipe'),
};

const chars = (text: string): number[] => [...text].map((char) => char.charCodeAt(0));

const signatures: readonly (readonly [readonly number[], SniffedType])[] = [
  [[0x1a, 0x45, 0xdf, 0xa3], video('matroska')],
  [chars('FLV\x01'), video('flv')],
  [[0x00, 0x00, 0x01, 0xba], video('mpeg')],
  [[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], video('asf')],
  // The key of a partition pack, up to the kind of partition.
  [[0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02, 0x01, 0x01, 0x02], video('mxf')],
  [chars('DKIF'), video('ivf')],
  [chars('OggS'), audio('ogg')],
  [chars('fLaC'), audio('flac')],
  [chars('ID3'), audio('mp3')],
  [chars('caff'), audio('caf')],
  [chars('FORM'), audio('aiff')],
  [chars('#!AMR'), audio('amr')],
  [[...chars('riff'), 0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb], audio('w64')],
  [chars('.snd'), audio('au')],
  [chars('TTA1'), audio('tta')],
  [chars('wvpk'), audio('wv')],
  [chars('MAC '), audio('ape')],
  [[0x7f, 0xfe, 0x80, 0x01], audio('dts')],
  [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], image('png_pipe')],
  [[0xff, 0xd8, 0xff], image('jpeg_pipe')],
  [chars('GIF8'), image('gif')],
  [chars('BM'), image('bmp_pipe')],
  [chars('II*\0'), image('tiff_pipe')],
  [chars('MM\0*'), image('tiff_pipe')],
];

// Blocks of 80 bytes: the header's, then the first of the two subcodes.
const isDv = (bytes: Uint8Array): boolean =>
  startsWith(bytes, [0x1f, 0x07, 0x00]) && startsWith(bytes, [0x3f, 0x07, 0x00], 80);

/** A PNG that says, before its first picture, that more follow. */
const isAnimatedPng = (head: Uint8Array): boolean => {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 8; at + 8 <= head.length; at += 12 + view.getUint32(at)) {
    const type = ascii(head, at + 4, 4);
    if (type === 'acTL' || type === 'IDAT') return type === 'acTL';
  }
  return false;
};

const bySignature = (head: Uint8Array): SniffedType | null => {
  if (riffNames.includes(ascii(head, 0, 4))) return riffTypes[ascii(head, 8, 4)] ?? null;
  const found = signatures.find(([signature]) => startsWith(head, signature))?.[1] ?? null;
  return found?.demuxer === 'png_pipe' && isAnimatedPng(head) ? image('apng') : found;
};

const byStructure = (head: Uint8Array): SniffedType | null => {
  if (isMov(head)) return heifPicture(head) === null ? video('mov') : image('mov');
  if (isMpegTs(head)) return video('mpegts');
  if (isDv(head)) return video('dv');
  const dolby = dolbyAudio(head);
  if (dolby !== null) return audio(dolby);
  const elementary = elementaryVideo(head);
  if (elementary !== null) return video(elementary);
  const layer = mpegAudioLayer(head);
  return layer === null ? null : audio(layer === 'adts' ? 'aac' : 'mp3');
};

/** A frame of sound is shorter than this, so that one which was cut leaves less in front of the next. */
const cutFrameBytesMax = 8192;
const framesMin = 6;

/** What was caught from the middle of a packet or a frame. */
const fromTheMiddle = (head: Uint8Array): SniffedType | null => {
  if (isForeign(head)) return null;
  if (isMpegTsFromMidPacket(head)) return video('mpegts');
  const frames = findAudioFrames(head, framesMin, cutFrameBytesMax);
  return frames === null ? null : audio(frames);
};

/**
 * The type that the first bytes show, or null for everything that is not accepted. Text of any kind (playlists, SDP, SVG,
 * ffconcat) has no signature here: such files make FFmpeg open others, which no protocol list stops.
 */
export const sniff = (head: Uint8Array): SniffedType | null => {
  if (head.length < 12) return null;
  return bySignature(head) ?? byStructure(head) ?? fromTheMiddle(head);
};

/**
 * The same for what follows an ID3 tag, which stands in front of sound alone. Taggers leave padding and remains of older
 * tags behind theirs, so that the first frame may come later.
 */
export const sniffBehindTag = (head: Uint8Array): SniffedType | null => {
  if (isForeign(head)) return null;
  const type = head.length < 12 ? null : (bySignature(head) ?? byStructure(head));
  if (type !== null) return type.kind === 'audio' ? type : null;
  const frames = findAudioFrames(head, 2);
  if (frames !== null) return audio(frames);
  return head.every((byte) => byte === 0) ? audio('mp3') : null;
};
