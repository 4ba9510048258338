import { absentOf, errorRow, InvalidSubject, isErrorCode, type Problem, type Route } from '@ffapi/contracts';
import { EventStoreUnavailable, EventUnknown, Refusal } from '@ffapi/es';
import { InvalidCursor } from '@ffapi/read-model';
import { RequestTimeout, RequestUnserved } from '@ffapi/service-kit';
import type { Links } from '@ffapi/job-view';
import { queryError, type FieldError } from './field-errors.ts';

/** A request that is refused, with the fields at fault. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly code: string;
  readonly detail: string | undefined;
  readonly errors: readonly FieldError[];
  readonly extra: Readonly<Record<string, unknown>>;
  /** When asking again can help, for those who are told to wait. */
  readonly retryAfterSeconds: number;
  constructor(
    code: string,
    options: {
      detail?: string;
      errors?: readonly FieldError[];
      extra?: Readonly<Record<string, unknown>>;
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(code);
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors ?? [];
    this.extra = options.extra ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds ?? 2;
  }
}

export const forbidden = (detail: string): RequestRefused => new RequestRefused('forbidden', { detail });

const fastifyCodes: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type_not_supported',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_REQ_FILE_TOO_LARGE: 'input_too_large',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'media_type_not_supported',
};

/** Errors of parts the gateway stands on, by the names their libraries give them. */
const partCodes: readonly (readonly [RegExp, string])[] = [
  [/^(BlobNotFound|BlobCorrupt)$/, 'file_not_found'],
  [/^BlobStoreFull$/, 'disk_space_low'],
  [
    /^(BlobStoreUnavailable|Mongo\w*|TimeoutError|NoRespondersError|RequestError|ClosedConnectionError|DrainingConnectionError|ConnectionError|JetStreamStatusError)$/,
    'unavailable',
  ],
];

/** What the parser of forms says of those it cannot read, in words alone. */
const formCodes: readonly (readonly [RegExp, string])[] = [
  [
    /^(Multipart: Boundary not found|The needle .*|Unsupported Content-Type\.|Missing Content-Type-header\.)$/,
    'media_type_not_supported',
  ],
  [/^(Malformed part header|Unexpected end of (multipart data|file)|Part terminated early.*)$/, 'invalid_request'],
];

const toProblem = (error: unknown): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  if (error instanceof Refusal) {
    const fileId = error.code === 'file_not_found' ? error.details.file_id : undefined;
    const detail = typeof fileId === 'string' ? `There is no file ${fileId}.` : undefined;
    return new RequestRefused(error.code, { extra: error.details, ...(detail !== undefined && { detail }) });
  }
  if (error instanceof InvalidSubject) return new RequestRefused(absentOf(error.kind));
  if (error instanceof InvalidCursor)
    return new RequestRefused('invalid_request', {
      errors: [queryError('cursor', 'invalid_cursor', 'This cursor belongs to another list.')],
    });
  if (error instanceof EventUnknown) return new RequestRefused('event_unknown', { extra: { event_type: error.type } });
  if (error instanceof RequestUnserved || error instanceof EventStoreUnavailable)
    return new RequestRefused('unavailable');
  if (error instanceof RequestTimeout) return new RequestRefused('unavailable');
  const form = formCodes.find(([words]) => words.test((error as Error).message))?.[1];
  if (form !== undefined) return new RequestRefused(form);
  const { code, statusCode, name = '' } = error as { code?: string; statusCode?: number; name?: string };
  const part = code === 'ERR_SQLITE_ERROR' ? 'unavailable' : partCodes.find(([names]) => names.test(name))?.[1];
  if (part !== undefined) return new RequestRefused(part);
  if (code !== undefined && fastifyCodes[code]) return new RequestRefused(fastifyCodes[code]);
  if (error instanceof SyntaxError || (error as { name?: string }).name === 'SyntaxError')
    return new RequestRefused('invalid_json');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new RequestRefused('invalid_request');
  return new RequestRefused('internal');
};

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
  readonly isUnexpected: boolean;
}

/** The problem document (RFC 9457) of anything that was thrown; what is not expected says nothing of itself. */
export const problemOf = (
  error: unknown,
  request: { path: string; requestId: string; legacyStatuses?: Route['legacyStatuses'] },
  links: Links,
): ProblemAnswer => {
  const refused = toProblem(error);
  const code = isErrorCode(refused.code) ? refused.code : 'internal';
  const { title, hint, ...row } = errorRow(code);
  const status = request.legacyStatuses?.[code] ?? row.status;
  return {
    status,
    headers: status === 503 || status === 429 ? { 'retry-after': String(refused.retryAfterSeconds) } : {},
    body: {
      // First, so that what a service adds never hides a member of the problem itself.
      ...refused.extra,
      type: links.doc(code),
      title,
      status,
      detail: refused.detail ?? hint,
      hint,
      instance: request.path,
      code,
      ...(request.legacyStatuses ? { error: code } : {}),
      request_id: request.requestId,
      doc_url: links.doc(code),
      ...(refused.errors.length > 0 ? { errors: [...refused.errors] } : {}),
    },
    isUnexpected: code === 'internal',
  };
};
