import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable, NotPlain } from '@ffapi/blob';

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const brokenCodes = new Set(['EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ESTALE']);

/** Something lies in a blob's place that is none; the blob itself is not there. */
const misplacedCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** The store's own failure for what the file system reported about a blob; anything else passes through unchanged. */
export const failureOf = (error: unknown, sha256?: string): unknown => {
  const code = codeOf(error);
  const isMisplaced = misplacedCodes.has(code) || error instanceof NotPlain;
  if (isMisplaced && sha256 !== undefined) return new BlobNotFound(sha256);
  if (fullCodes.has(code)) return new BlobStoreFull('no space left for blobs', { cause: error });
  if (brokenCodes.has(code))
    return new BlobStoreUnavailable(`the blob folder cannot be used: ${code}`, { cause: error });
  return error;
};

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');
