import { S3ServiceException } from '@aws-sdk/client-s3';
import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { describe, expect, it } from 'vitest';
import { adviceOn } from './check.ts';
import { failureOf } from './failure-of.ts';

const answered = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message: 'AKIAEXAMPLE', $fault: 'client', $metadata: { httpStatusCode } });

describe('what S3 answers', () => {
  it.each([
    ['NoSuchKey', 404, BlobNotFound],
    ['NotFound', 404, BlobNotFound],
    ['NoSuchBucket', 404, BlobStoreUnavailable],
    ['NoSuchUpload', 404, BlobStoreUnavailable],
    ['InvalidRange', 416, RangeError],
    ['QuotaExceeded', 403, BlobStoreFull],
    ['XMinioStorageFull', 507, BlobStoreFull],
    ['InsufficientStorage', 507, BlobStoreFull],
    ['UnknownError', 507, BlobStoreFull],
    ['EntityTooLarge', 400, BlobStoreFull],
    ['AccessDenied', 403, BlobStoreUnavailable],
    ['InternalError', 500, BlobStoreUnavailable],
  ])('%s (%i) becomes a failure of the store', (name, status, failure) => {
    const told = failureOf(answered(name, status), 'a'.repeat(64));
    expect(told).toBeInstanceOf(failure);
    expect(told).not.toHaveProperty('cause');
  });

  it('passes on that the caller gave up, and why a connection failed', () => {
    const aborted = new DOMException('given up', 'AbortError');
    expect(failureOf(aborted)).toBe(aborted);
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(failureOf(cause)).toMatchObject({ name: 'BlobStoreUnavailable', cause });
  });

  it.each([
    ['NoSuchBucket', 404, /bucket/],
    ['ExpiredToken', 400, /credentials/],
    ['CredentialsProviderError', undefined, /credentials/],
    ['PermanentRedirect', 301, /region/],
    ['AccessDenied', 403, /need to get, put, delete and list/],
    ['ENOTFOUND', undefined, /endpoint/],
    ['InternalError', 500, /server behind it/],
  ])('%s says where to look', (code, status, said) => expect(adviceOn(code, status)).toMatch(said));
});
