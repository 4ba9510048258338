import { describe, expect, it } from 'vitest';
import { imageSize } from './image-size.ts';

const padded = (...parts: (string | number[])[]): Uint8Array => {
  const bytes = parts.flatMap((part) =>
    typeof part === 'string' ? [...part].map((char) => char.charCodeAt(0)) : part,
  );
  return Uint8Array.from([...bytes, ...Array.from({ length: 40 }, () => 0)]);
};

describe('imageSize', () => {
  it.each([
    ['PNG', padded([0x89], 'PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 1, 64, 0, 0, 0, 180])],
    ['JPEG', padded([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc4, 0, 3, 0, 0xff, 0xc2, 0, 17, 8, 0, 180, 1, 64])],
    ['lossy WebP', padded('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 1, 180, 0])],
    ['lossless WebP', padded('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f], [0x3f, 0xc1, 0x2c, 0])],
    ['extended WebP', padded('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 63, 1, 0, 179, 0, 0])],
  ])('reads %s', (_, bytes) => {
    expect(imageSize(bytes)).toEqual({ width: 320, height: 180 });
  });

  it('gives null for anything else', () => {
    expect(imageSize(new Uint8Array(8))).toBeNull();
    expect(imageSize(new Uint8Array(64))).toBeNull();
    expect(imageSize(padded([0xff, 0xd8, 0x00]))).toBeNull();
    expect(imageSize(padded('RIFF', [0, 0, 0, 0], 'WEBPjunk'))).toBeNull();
  });
});
