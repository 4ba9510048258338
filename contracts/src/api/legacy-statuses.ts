import { admissionErrors } from '../errors/access.ts';
import type { ErrorCode } from '../errors/index.ts';
import type { Route } from './route.ts';

/** What FFAPI 1 answered when a request did not have the fields it should have. */
export const validationStatuses = {
  invalid_request: 422,
  invalid_json: 422,
  input_required: 422,
} as const satisfies Route['legacyStatuses'];

/** How a call that waits for its job can fail. */
export const failures: readonly ErrorCode[] = [
  'invalid_request',
  'input_required',
  'file_not_found',
  'url_refused',
  'body_too_large',
  'param_conflict',
  'param_out_of_range',
  'media_unreadable',
  'input_http_error',
  'ffmpeg_failed',
  'processing_timeout',
  'content_blocked',
  ...admissionErrors,
];

/** How a probe can fail. */
export const probeFailures = [
  'invalid_request',
  'file_not_found',
  'path_refused',
  'input_required',
  'ffprobe_failed',
  'content_blocked',
] as const;
