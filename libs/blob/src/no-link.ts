import { isSha256 } from './digest.ts';
import { BlobNotFound } from './failures.ts';

/** The direct link of a store that gives none. */
export const noLink = (sha256: string): null => {
  if (!isSha256(sha256)) throw new BlobNotFound(sha256);
  return null;
};
