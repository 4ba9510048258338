import { isRestError } from '@azure/storage-blob';
import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';

/** What Azure calls the failure, or what the system calls that of the connection. */
export const codeOf = (error: unknown): string => {
  // An answer to HEAD has no body.
  const told = isRestError(error) ? (error.response?.headers.get('x-ms-error-code') ?? error.code) : undefined;
  if (told !== undefined) return told;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' ? error.message : error.name;
};

export const statusOf = (error: unknown): number | undefined => (isRestError(error) ? error.statusCode : undefined);

/** Whether the blob is not there. A container that is not there is something else. */
export const isMissing = (error: unknown): boolean => codeOf(error) === 'BlobNotFound';

const conflictCodes = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'TargetConditionNotMet']);

/** Whether somebody else was there before: what was written or removed under a condition was not. */
export const isConflict = (error: unknown): boolean => conflictCodes.has(codeOf(error));

/** The store's own failure for what the SDK threw about a blob; that the caller gave up passes through unchanged. */
export const failureOf = (error: unknown, sha256?: string): unknown => {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const code = codeOf(error);
  const status = statusOf(error);
  if (sha256 !== undefined && isMissing(error)) return new BlobNotFound(sha256);
  if (status === 416) return new RangeError('the range starts behind the end');
  if (code === 'StorageAccountQuotaExceeded' || status === 507)
    return new BlobStoreFull(`the container has no room: ${code}`);
  const said = status === undefined ? code : `${code} (${status})`;
  // Not as `cause`: the SDK's error has the request in it, whose address may be signed.
  return new BlobStoreUnavailable(`the container cannot be used: ${said}`);
};

export const rethrow = (error: unknown): never => {
  throw failureOf(error);
};
