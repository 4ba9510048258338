import { RestError } from '@azure/storage-blob';
import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { describe, expect, it } from 'vitest';
import { adviceOn } from './check.ts';
import { failureOf } from './failure-of.ts';

const answered = (code: string, statusCode: number) => new RestError('signed with sig=abc', { code, statusCode });

describe('what Azure answers', () => {
  it.each([
    ['BlobNotFound', 404, BlobNotFound],
    ['ContainerNotFound', 404, BlobStoreUnavailable],
    ['ContainerBeingDeleted', 409, BlobStoreUnavailable],
    ['ResourceNotFound', 404, BlobStoreUnavailable],
    ['InvalidRange', 416, RangeError],
    ['StorageAccountQuotaExceeded', 409, BlobStoreFull],
    ['InsufficientStorage', 507, BlobStoreFull],
    ['BlobArchived', 409, BlobStoreUnavailable],
    ['PendingCopyOperation', 409, BlobStoreUnavailable],
    ['AuthenticationFailed', 403, BlobStoreUnavailable],
    ['OperationTimedOut', 500, BlobStoreUnavailable],
  ])('%s (%i) becomes a failure of the store', (code, status, failure) => {
    const told = failureOf(answered(code, status), 'a'.repeat(64));
    expect(told).toBeInstanceOf(failure);
    expect(told).not.toHaveProperty('cause');
    expect(String(told)).not.toContain('sig=');
  });

  it('passes on that the caller gave up, and says why a connection failed', () => {
    const aborted = new DOMException('given up', 'AbortError');
    expect(failureOf(aborted)).toBe(aborted);
    const refused = new RestError('connect', { code: 'ECONNREFUSED' });
    expect(failureOf(refused)).toMatchObject({
      name: 'BlobStoreUnavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([
    ['ContainerNotFound', 404, /create it/],
    ['ContainerDisabled', 409, /deleted or disabled/],
    ['InvalidResourceName', 400, /name/],
    ['AuthenticationFailed', 403, /credentials/],
    ['AuthorizationFailure', 403, /network rules/],
    ['AuthorizationPermissionMismatch', 403, /need to read, write, delete and list/],
    ['ENOTFOUND', undefined, /endpoint/],
    ['InternalError', 500, /server behind it/],
  ])('%s says where to look', (code, status, said) => expect(adviceOn(code, status)).toMatch(said));
});
