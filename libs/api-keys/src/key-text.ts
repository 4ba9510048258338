import { crc32 } from 'node:zlib';

const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const secretAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 10;
const secretLength = 32;
const checkLength = 6;

/** Bytes that a key's text takes: a byte for each letter, and some to spare for those that are passed over. */
export const keyTextBytes = 96;

/** Letters by bytes; a byte that would prefer some letters to others is passed over. */
const letters = (alphabet: string, length: number, bytes: Iterator<number>): string => {
  const fair = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    const { value: byte, done } = bytes.next();
    if (done) throw new RangeError('more random bytes are needed');
    if (byte < fair) text += alphabet[byte % alphabet.length];
  }
  return text;
};

const checkOf = (text: string): string => {
  let rest = crc32(text);
  let check = '';
  for (let n = 0; n < checkLength; n++) {
    check = secretAlphabet[rest % 62] + check;
    rest = Math.floor(rest / 62);
  }
  return check;
};

/** The text of a key with this name and this secret. */
export const keyTextOf = (name: string, secret: string): string => {
  const body = `ffapi_${name}_${secret}`;
  return `${body}_${checkOf(body)}`;
};

/**
 * A new key's text, `ffapi_<10>_<32>_<6>`: a name to know it by, the secret (190 bits), and a checksum that tells a
 * mistyped key, and a secret scanner, what it is (GitHub's token format).
 */
export const makeKeyText = (random: Uint8Array): string => {
  const bytes = random[Symbol.iterator]();
  return keyTextOf(letters(idAlphabet, idLength, bytes), letters(secretAlphabet, secretLength, bytes));
};

const shape = /^ffapi_[0-9a-hjkmnp-tv-z]{10}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/;

/** Whether a text has the form and the checksum of a key that was made here. */
export const isKeyText = (text: string): boolean =>
  shape.test(text) && checkOf(text.slice(0, -checkLength - 1)) === text.slice(-checkLength);

/** What may be shown of a key: its beginning and its last four letters. */
export const shownOf = (text: string): { prefix: string; last4: string } => ({
  prefix: text.slice(0, 'ffapi_'.length + idLength),
  last4: text.slice(-4),
});
