import { describe, expect, it } from 'vitest';
import { readPart, validatorOf, type Part } from './part.ts';

const before: Part = { start: 0, totalBytes: 100, etag: '"1"', lastModified: null, contentType: 'video/mp4' };
const partial = (range: string, etag = '"1"') => ({ status: 206, headers: { 'content-range': range, etag } });

describe('readPart', () => {
  it('goes on when the server does', () => {
    expect(readPart(partial('bytes 40-99/100'), before)).toMatchObject({
      start: 40,
      totalBytes: 100,
      contentType: 'video/mp4',
    });
  });

  it.each([
    ['another version', partial('bytes 40-99/100', '"2"')],
    ['another size', partial('bytes 40-98/99')],
    ['no range', { status: 206, headers: { etag: '"1"' } }],
    ['nothing left', { status: 416, headers: {} }],
  ])('stops at %s', (_what, answer) => {
    expect(() => readPart(answer, before)).toThrow(expect.objectContaining({ code: 'input_changed' }));
  });

  it.each([
    [404, false],
    [206, false],
    [429, true],
    [503, true],
    [204, false],
  ])('takes HTTP %i as an error, retryable: %s', (status, retryable) => {
    expect(() => readPart({ status, headers: {} }, null)).toThrow(
      expect.objectContaining({ code: 'input_http_error', retryable }),
    );
  });

  it('resumes by a strong ETag or a date, never by a weak ETag', () => {
    expect(validatorOf(before)).toBe('"1"');
    expect(validatorOf({ ...before, etag: 'W/"1"' })).toBeNull();
    expect(validatorOf({ ...before, etag: null, lastModified: 'Mon, 01 Jan 2026 00:00:00 GMT' })).toContain('2026');
    expect(validatorOf(null)).toBeNull();
  });
});
