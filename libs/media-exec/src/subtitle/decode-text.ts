import chardet from 'chardet';

export interface DecodedText {
  readonly text: string;
  readonly charset: string;
}

/** Detection takes a second for every megabyte; this much of the text around its first foreign letter is enough. */
const sampleBytes = 64 * 1024;

/** A table of one byte a letter never fails, so a guess that is hardly better than chance is not taken. */
const confidenceMin = 20;

const decodeStrictly = (bytes: Uint8Array, charset: string): string | null => {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const marked = (bytes: Uint8Array): string | null => {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : null;
};

/** UTF-16 without a mark: in Latin text every second byte is zero. */
const unmarkedUtf16 = (bytes: Uint8Array): string | null => {
  const head = bytes.subarray(0, 4096);
  const zeros = [0, 0];
  for (const [n, byte] of head.entries()) if (byte === 0) zeros[n % 2] = (zeros[n % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const many = head.length / 5;
  if (odd > many && even < many / 4) return 'utf-16le';
  return even > many && odd < many / 4 ? 'utf-16be' : null;
};

const guessed = (bytes: Uint8Array): DecodedText => {
  const from = Math.max(0, bytes.findIndex((byte) => byte >= 0x80) - 1024);
  const guesses = chardet.analyse(bytes.subarray(from, from + sampleBytes));
  for (const { name, confidence } of guesses) {
    // What calls itself ISO 8859-1 is windows-1252 nearly always, and TextDecoder reads it so.
    const text = confidence < confidenceMin ? null : decodeStrictly(bytes, name);
    if (text !== null) return { text, charset: name.toLowerCase() };
  }
  return { text: new TextDecoder('windows-1252').decode(bytes), charset: 'windows-1252' };
};

/** The text of bytes in an unknown charset: by its mark, as UTF-8 where it is valid, otherwise by its letters. */
export const decodeText = (bytes: Uint8Array): DecodedText => {
  const known = marked(bytes) ?? unmarkedUtf16(bytes);
  if (known !== null) return { text: new TextDecoder(known).decode(bytes), charset: known };
  const utf8 = decodeStrictly(bytes, 'utf-8');
  return utf8 === null ? guessed(bytes) : { text: utf8, charset: 'utf-8' };
};
