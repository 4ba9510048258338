import { describe, expect, it } from 'vitest';
import { headBytes, refusedKind } from './refused-kinds.ts';

const bytes = (start: string | number[], at = 0): Uint8Array => {
  const head = Buffer.alloc(headBytes);
  Buffer.from(typeof start === 'string' ? Buffer.from(start, 'latin1') : start).copy(head, at);
  return head;
};

describe('the first bytes of a file', () => {
  it.each<[string, string | number[]]>([
    ['ELF', '\x7fELF\x02\x01\x01'],
    ['a Windows program', 'MZ\x90\0'],
    ['a Windows program in two bytes', 'MZ'],
    ['Mach-O, 64 bit', [0xcf, 0xfa, 0xed, 0xfe, 7]],
    ['Mach-O, 32 bit, big-endian', [0xfe, 0xed, 0xfa, 0xce]],
    ['a Java class, and fat Mach-O', [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52]],
    ['WebAssembly', '\0asm\x01'],
    ['an Android program', 'dex\n035\0'],
    ['a shell script', '#!/bin/sh\n'],
    ['a script behind blanks', '#!  /usr/bin/env python3\n'],
    ['a script behind a byte order mark', '\xef\xbb\xbf#!/bin/sh\n'],
    ['a Windows shortcut', [0x4c, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0]],
    ['an internet shortcut', '[InternetShortcut]\r\nURL=file:///c:/x'],
    ['a desktop entry', '[Desktop Entry]\nExec=sh'],
    ['an installer', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ])('%s is executable', (_what, start) => expect(refusedKind(bytes(start))).toBe('executable'));

  it.each<[string, string | number[], number?]>([
    ['ZIP', 'PK\x03\x04'],
    ['an empty ZIP', 'PK\x05\x06'],
    ['a split ZIP', 'PK\x07\x08'],
    ['RAR 4', 'Rar!\x1a\x07\0'],
    ['RAR 5', 'Rar!\x1a\x07\x01\0'],
    ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
    ['gzip', [0x1f, 0x8b, 8]],
    ['bzip2', 'BZh9'],
    ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
    ['a cabinet', 'MSCF\0\0\0\0'],
    ['a Debian package', '!<arch>\ndebian-binary'],
    ['tar', 'ustar', 257],
    ['an ISO image', 'CD001', 32_769],
  ])('%s is an archive', (_what, start, at) => expect(refusedKind(bytes(start, at))).toBe('archive'));

  it.each<[string, string | number[]]>([
    ['MP4', '\0\0\0\x20ftypisom'],
    ['Matroska', [0x1a, 0x45, 0xdf, 0xa3]],
    ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['a transport stream', 'G@\x11\x10'],
    ['MP3', 'ID3\x04'],
    ['AMR, which begins as a script does', '#!AMR\n'],
    ['SILK', '#!SILK_V3'],
    ['subtitles', '1\n00:00:01,000 --> 00:00:02,000\n#!/bin/sh\n'],
    ['WebVTT', 'WEBVTT\n\nMZ'],
    ['ASS', '[Script Info]\n'],
    ['a comment', '# no script'],
  ])('%s is taken', (_what, start) => expect(refusedKind(bytes(start))).toBeNull());

  it('may be few', () => {
    for (const short of ['', '#', 'M', 'P', '\x7f']) expect(refusedKind(Buffer.from(short, 'latin1'))).toBeNull();
  });
});
