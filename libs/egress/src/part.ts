import type { IncomingHttpHeaders } from 'node:http';
import { EgressFailure } from './failure.ts';

/** Which bytes of which version of a resource an answer carries. */
export interface Part {
  readonly start: number;
  /** Of the whole resource; `null` when the server does not say. */
  readonly totalBytes: number | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly contentType: string | null;
}

/** What to send as If-Range: a strong ETag or a date (RFC 9110 §13.1.5), else `null` and the body cannot be resumed. */
export const validatorOf = (part: Part | null): string | null => {
  if (part?.etag && !part.etag.startsWith('W/')) return part.etag;
  return part?.lastModified ?? null;
};

// What may pass by itself: timeouts on the server's side, too early, too many requests.
const retryableStatuses = new Set([408, 425, 429]);

/** Reads an answer's status and headers; throws when it does not go on from `before` as asked. */
export const readPart = (
  { status, headers }: { status: number; headers: IncomingHttpHeaders },
  before: Part | null,
): Part => {
  const described = {
    etag: headers.etag ?? null,
    lastModified: headers['last-modified'] ?? null,
    contentType: headers['content-type'] ?? null,
  };
  if (status === 200) {
    const length = headers['content-length'];
    return { start: 0, totalBytes: length === undefined ? null : Number(length), ...described };
  }
  if (status === 416 && before) throw new EgressFailure('input_changed');
  if (status !== 206 || !before) {
    throw new EgressFailure('input_http_error', `HTTP ${status}`, {
      retryable: status >= 500 || retryableStatuses.has(status),
    });
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? [];
  const isSame = validatorOf({ ...described, start: 0, totalBytes: null }) === validatorOf(before);
  const totalBytes = total === undefined || total === '*' ? null : Number(total);
  if (start === undefined || !isSame || (before.totalBytes ?? totalBytes) !== totalBytes)
    throw new EgressFailure('input_changed');
  return { start: Number(start), totalBytes, ...described, contentType: described.contentType ?? before.contentType };
};
