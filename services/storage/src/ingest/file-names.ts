import { safeFileName } from '@ffapi/contracts';

/** The name a URL suggests. */
export const nameFromUrl = (url: string): string => {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  try {
    return safeFileName(decodeURIComponent(last));
  } catch {
    return safeFileName(last);
  }
};

/** Whether the name, as it would be shown, ends in an extension of the comma list, in any case and any width. */
export const extensionIsBlocked = (name: string, blocked: string): boolean => {
  const plain = safeFileName(name.normalize('NFKC')).toLowerCase();
  return blocked
    .split(',')
    .map((extension) => extension.trim().toLowerCase())
    .some((extension) => extension !== '' && plain.endsWith(extension.startsWith('.') ? extension : `.${extension}`));
};
