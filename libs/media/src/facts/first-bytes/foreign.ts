import { ascii, startsWith } from './bytes.ts';

/** Archives, documents and programs: what they carry inside is not what they are. */
const signatures = [
  'PK',
  'Rar!',
  '7z\xbc\xaf',
  '\x1f\x8b',
  'BZh',
  '\xfd7zXZ',
  '\x28\xb5\x2f\xfd',
  '%PDF',
  'MZ',
  '\x7fELF',
];

const textBytes = 12;

const isPrintable = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);

const startsAsText = (bytes: Uint8Array): boolean => {
  const start = startsWith(bytes, [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes;
  return start.subarray(0, textBytes).every(isPrintable);
};

/** Whether the bytes begin as text, an archive or a program does, so that no sound is looked for in the middle of them. */
export const isForeign = (bytes: Uint8Array): boolean =>
  startsAsText(bytes) || signatures.some((signature) => ascii(bytes, 0, signature.length) === signature);
