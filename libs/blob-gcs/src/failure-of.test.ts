import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { describe, expect, it } from 'vitest';
import { adviceOn } from './check.ts';
import { failureOf, ObjectNotFound, saysNoObject, SignInFailed } from './failure-of.ts';

const answered = (status: number, data: unknown, said = 'Bearer of-a-token') =>
  Object.assign(new Error(said), { status, response: { status, data, headers: new Headers() } });
const told = (status: number, reason: string, message = reason) =>
  answered(status, { error: { code: status, message, errors: [{ reason, message }] } });

describe('what Google answers', () => {
  it.each([
    ['notFound', 404, BlobStoreUnavailable],
    ['requestedRangeNotSatisfiable', 416, RangeError],
    ['quotaExceeded', 403, BlobStoreFull],
    ['insufficientStorage', 507, BlobStoreFull],
    ['quotaExceeded', 429, BlobStoreUnavailable],
    ['forbidden', 403, BlobStoreUnavailable],
    ['retentionPolicyNotMet', 403, BlobStoreUnavailable],
    ['authError', 401, BlobStoreUnavailable],
    ['backendError', 503, BlobStoreUnavailable],
  ])('%s (%i) becomes a failure of the store', (reason, status, failure) => {
    const thrown = failureOf(told(status, reason), 'a'.repeat(64));
    expect(thrown).toBeInstanceOf(failure);
    expect(thrown).not.toHaveProperty('cause');
    expect(String(thrown)).not.toContain('Bearer');
    if (failure !== RangeError) expect(String(thrown)).toContain(reason);
  });

  it('is missing only where the object is', () => {
    expect(failureOf(new ObjectNotFound(), 'a'.repeat(64))).toBeInstanceOf(BlobNotFound);
    expect(saysNoObject(told(404, 'notFound', 'No such object: films/blobs/x'))).toBe(true);
    expect(saysNoObject(answered(404, 'No such object: films/blobs/x'))).toBe(true);
    expect(saysNoObject(told(404, 'notFound', 'The specified bucket does not exist.'))).toBe(false);
    expect(saysNoObject(answered(404, undefined))).toBe(false);
  });

  it('is told by its status where it has no words', () => {
    const said = failureOf(answered(502, '<html>Bad Gateway</html>'));
    expect(said).toMatchObject({ message: expect.stringContaining('status 502') });
  });

  it('says that nobody can sign in, and why', () => {
    const refused = new SignInFailed(answered(400, { error: 'invalid_grant' }, 'key of a token'));
    const failure = failureOf(refused);
    expect(failure).toBeInstanceOf(BlobStoreUnavailable);
    expect(String(failure)).toMatch(/nobody can sign in .*invalid_grant \(400\)/);
    expect(String(failure)).not.toContain('key of');
  });

  it('passes on that the caller gave up, and says why a connection failed', () => {
    for (const name of ['AbortError', 'TimeoutError']) {
      const aborted = new DOMException('given up', name);
      expect(failureOf(aborted)).toBe(aborted);
    }
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(failureOf(refused)).toMatchObject({
      name: 'BlobStoreUnavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([
    ['notFound', 404, /create it/],
    ['invalid', 400, /name/],
    ['authError', 401, /GOOGLE_APPLICATION_CREDENTIALS/],
    ['accountDisabled', 403, /billing/],
    ['forbidden', 403, /Storage Object User/],
    ['ENOTFOUND', undefined, /endpoint/],
    ['internalError', 500, /server behind it/],
  ])('%s says where to look', (code, status, said) => expect(adviceOn(code, status)).toMatch(said));
});
