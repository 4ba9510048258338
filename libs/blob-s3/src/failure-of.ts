import { S3ServiceException } from '@aws-sdk/client-s3';
import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';

const fullCodes = new Set([
  'QuotaExceeded',
  'InsufficientStorage',
  'EntityTooLarge',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
]);

/** What S3 calls the failure, or what the system calls that of the connection. */
export const codeOf = (error: unknown): string => {
  if (error instanceof S3ServiceException && error.name !== 'UnknownError') return error.name;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string') return code;
  return error instanceof Error ? error.name : String(error);
};

export const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Whether the object is not there. An upload or bucket that is not there is something else, which only HEAD cannot tell. */
export const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(codeOf(error));

/** The store's own failure for what the SDK threw about a blob; that the caller gave up passes through unchanged. */
export const failureOf = (error: unknown, sha256?: string): unknown => {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const code = codeOf(error);
  const status = statusOf(error);
  if (sha256 !== undefined && isMissing(error)) return new BlobNotFound(sha256);
  if (status === 416) return new RangeError('the range starts behind the end');
  // Not as `cause`: what S3 says about a signature carries the access key.
  if (fullCodes.has(code) || status === 507) return new BlobStoreFull(`the bucket has no room: ${code}`);
  if (status !== undefined) return new BlobStoreUnavailable(`the bucket cannot be used: ${code} (${status})`);
  return new BlobStoreUnavailable(`the bucket cannot be used: ${code}`, { cause: error });
};

export const rethrow = (error: unknown): never => {
  throw failureOf(error);
};
