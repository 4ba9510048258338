import { describe, expect, it } from 'vitest';
import { sniff } from './sniff.ts';

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
    ['GIF', bytes('GIF89a'), 'gif'],
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
  ])('refuses %j', (text) => {
    expect(sniff(bytes(text))).toBeNull();
  });

  it('refuses what is too short to tell', () => {
    expect(sniff(new Uint8Array(0))).toBeNull();
    expect(sniff(bytes('ID3', 8))).toBeNull();
    expect(sniff(bytes([0xff, 0xff, 0xff]))).toBeNull();
  });
});
