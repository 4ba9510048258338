const bytesMax = 200;
// Control characters, what separates folders anywhere, and the marks that turn the direction of writing.
const unsafe = /[\p{Cc}\p{Cs}/\\\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu;

const cut = (text: string): string => {
  let out = '';
  for (const char of text) {
    if (Buffer.byteLength(out + char) > bytesMax) break;
    out += char;
  }
  return out;
};

/** A name that is safe to show and to offer for saving; files are stored under their id, never under it. */
export const safeFileName = (name: string): string => {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = last.replace(unsafe, '').replace(/^[.\s-]+/, '').trim();
  return cut(plain) || 'file';
};

/** The name a URL suggests. */
export const nameFromUrl = (url: string): string => {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return safeFileName(decodeURIComponent(last));
  } catch {
    return safeFileName(last);
  }
};

/** Whether the name ends in an extension of the comma list, in any case and behind trailing dots and blanks. */
export const extensionIsBlocked = (name: string, blocked: string): boolean => {
  const plain = name.normalize('NFKC').toLowerCase().replace(/[\s.]+$/, '');
  return blocked
    .split(',')
    .map((extension) => extension.trim().toLowerCase())
    .some((extension) => extension !== '' && plain.endsWith(extension.startsWith('.') ? extension : `.${extension}`));
};
