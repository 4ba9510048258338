import { describe, expect, it } from 'vitest';
import { id3Bytes, sniff } from './sniff.ts';

const bytes = (head: readonly number[] | string, size = 64): Uint8Array => {
  const out = new Uint8Array(size);
  out.set(typeof head === 'string' ? new TextEncoder().encode(head) : head);
  return out;
};

const packets = (size: number, offset: number): Uint8Array => {
  const out = new Uint8Array(1024);
  for (let at = offset; at < out.length; at += size) out[at] = 0x47;
  return out;
};

/** A PNG of empty chunks. */
const png = (...chunks: string[]): Buffer =>
  Buffer.from(`\x89PNG\r\n\x1a\n${chunks.map((type) => `\0\0\0\0${type}crc-`).join('')}`, 'latin1');

describe('sniff', () => {
  it.each([
    ['MP4', bytes('\0\0\0\x20ftypisom'), 'mov'],
    ['an old QuickTime', bytes('\0\0\0\x08wide\0\0\0\0mdat'), 'mov'],
    ['Matroska', bytes([0x1a, 0x45, 0xdf, 0xa3]), 'matroska'],
    ['AVI', bytes('RIFF\0\0\0\0AVI LIST'), 'avi'],
    ['WAV', bytes('RIFF\0\0\0\0WAVEfmt '), 'wav'],
    ['a 64-bit WAV', bytes('RF64\0\0\0\0WAVEds64'), 'wav'],
    ['WebP', bytes('RIFF\0\0\0\0WEBPVP8 '), 'webp_pipe'],
    ['MPEG-TS', packets(188, 0), 'mpegts'],
    ['M2TS', packets(192, 4), 'mpegts'],
    ['MP3 with a tag', bytes('ID3\x04'), 'mp3'],
    ['MP3 without', bytes([0xff, 0xfb, 0x90, 0x00]), 'mp3'],
    ['ADTS', bytes([0xff, 0xf1, 0x50, 0x80]), 'aac'],
    ['Ogg', bytes('OggS'), 'ogg'],
    ['FLAC', bytes('fLaC'), 'flac'],
    ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0]), 'jpeg_pipe'],
    ['PNG', bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'png_pipe'],
    ['PNG that moves', png('IHDR', 'acTL'), 'apng'],
    ['PNG with a text of that name', png('IHDR', 'IDAT', 'acTL'), 'png_pipe'],
    ['GIF', bytes('GIF89a'), 'gif'],
    ['MXF', bytes([0x06, 0x0e, 0x2b, 0x34, 2, 5, 1, 1, 0x0d, 1, 2, 1, 1, 2, 4]), 'mxf'],
    ['a 64-bit broadcast WAV', bytes('BW64\0\0\0\0WAVEds64'), 'wav'],
    ['AU', bytes('.snd'), 'au'],
    ['CAF', bytes('caff'), 'caf'],
    ['AIFF', bytes('FORM\0\0\0\0AIFF'), 'aiff'],
    ['AMR', bytes('#!AMR\n'), 'amr'],
    ['wideband AMR', bytes('#!AMR-WB\n'), 'amr'],
    ['Monkey’s Audio', bytes('MAC '), 'ape'],
    ['a TIFF of a Mac', bytes('MM\0*'), 'tiff_pipe'],
    ['H.264 behind a delimiter', bytes([0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 0x64, 0, 0x1f]), 'h264'],
    [
      'HEVC behind a delimiter',
      bytes([0, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 1, 0x40, 1, 0x0c, 0, 0, 1, 0x42, 1, 1]),
      'hevc',
    ],
    ['MPEG-2 video', bytes([0, 0, 1, 0xb3, 0x14, 0, 0xf0]), 'mpegvideo'],
  ])('knows %s', (_, head, demuxer) => {
    expect(sniff(head)?.demuxer).toBe(demuxer);
  });

  it.each([
    '#EXTM3U\n#EXT-X-VERSION:3\n',
    'ffconcat version 1.0\n',
    '<?xml version="1.0"?><MPD>',
    '<svg xmlns="">      ',
    'v=0\no=- 0 0 IN IP4 x',
    'RIFF\0\0\0\0junkjunk',
    '%PDF-1.7 and so on',
    'II+\0 a TIFF of 64 bits, which no tool here reads',
    '\0\0\0\x01\x09 a start code, and no video',
    'GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG',
  ])('refuses %j', (text) => {
    expect(sniff(bytes(text))).toBeNull();
  });

  it('refuses what is too short to tell', () => {
    expect(sniff(new Uint8Array(0))).toBeNull();
    expect(sniff(bytes('ID3', 8))).toBeNull();
    expect(sniff(bytes([0xff, 0xff, 0xff]))).toBeNull();
  });
});

describe('a stream from the middle of a packet', () => {
  const stream = (size: number, start: number, count = 12): Uint8Array => {
    const whole = Uint8Array.from({ length: size * count }, (_, n) => (n * 37 + 11) & 0x3f);
    for (let at = 0; at < whole.length; at += size) whole.set([0x47, 0x01, 0x00, 0x10], at);
    return whole.subarray(start);
  };

  it.each([188, 192, 204])('keeps the rhythm of %i bytes', (size) => {
    for (let start = 1; start < size; start++) expect(sniff(stream(size, start))?.demuxer).toBe('mpegts');
  });

  it('is not believed after a few packets, nor without a rhythm', () => {
    expect(sniff(stream(188, 61, 5))).toBeNull();
    expect(sniff(stream(187, 61))).toBeNull();
  });

  it('is not found in what begins as something else', () => {
    const archive = stream(188, 61);
    archive.set(new TextEncoder().encode('PK\x03\x04'));
    expect(sniff(archive)).toBeNull();
  });
});

describe('a tag', () => {
  it.each([
    ['of no bytes', [3, 0, 0, 0, 0, 0, 0], 10],
    ['of 257 bytes', [4, 0, 0, 0, 0, 2, 1], 267],
    ['with a footer', [4, 0, 0x10, 0, 0, 2, 1], 277],
    ['of a version that cannot be', [0xff, 0, 0, 0, 0, 2, 1], 0],
    ['whose length has an eighth bit', [3, 0, 0, 0, 0, 0x80, 1], 0],
  ])('%s', (_, head, length) => {
    expect(id3Bytes(bytes([0x49, 0x44, 0x33, ...head]))).toBe(length);
  });
});
