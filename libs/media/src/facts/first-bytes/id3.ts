import { ascii } from './bytes.ts';

const [headerBytes, footerBytes] = [10, 10];

/** Bytes of the ID3v2 tag that stands at the beginning, its header and footer included; 0 where there is none. */
export const id3Bytes = (head: Uint8Array): number => {
  if (head.length < headerBytes || ascii(head, 0, 3) !== 'ID3') return 0;
  const [, , , major = 0xff, minor = 0xff, flags = 0] = head;
  const size = head.subarray(6, headerBytes);
  if (major === 0xff || minor === 0xff || size.some((byte) => byte > 0x7f)) return 0;
  const hasFooter = (flags & 0x10) !== 0;
  return headerBytes + size.reduce((sum, byte) => sum * 0x80 + byte, 0) + (hasFooter ? footerBytes : 0);
};
