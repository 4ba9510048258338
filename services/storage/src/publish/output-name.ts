import { safeFileName } from '@ffapi/contracts';

const extensionOf = (name: string): string => /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';

/** The name a user wished for, with the extension of what was really made. */
export const outputFileName = (made: string, wished: string | null): string => {
  if (wished === null) return made;
  const name = safeFileName(wished);
  const extension = extensionOf(made);
  if (extension === '' || extensionOf(name).toLowerCase() === extension.toLowerCase()) return name;
  return safeFileName(`${name}${extension}`);
};
