import type { Failure } from '../events/shapes.ts';
import { accessErrors } from './access.ts';
import { apiErrors, jobErrors } from './api.ts';
import { egressErrors } from './egress.ts';
import { mediaErrors } from './media.ts';
import { moderationErrors } from './moderation.ts';
import type { ErrorRow } from './shape.ts';
import { sessionErrors } from './session.ts';
import { translationErrors } from './translation.ts';

export type { ErrorRow } from './shape.ts';

/** Every error code of the platform. A code is never reused for another meaning. */
export const errors = {
  ...accessErrors,
  ...sessionErrors,
  ...apiErrors,
  ...jobErrors,
  ...mediaErrors,
  ...egressErrors,
  ...translationErrors,
  ...moderationErrors,
} as const satisfies Record<string, ErrorRow>;
export type ErrorCode = keyof typeof errors;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errors, code);

/** The row of a code; a code of another version of the platform reads as `internal`. */
export const errorRow = (code: string): ErrorRow => (isErrorCode(code) ? errors[code] : errors.internal);

/** The page that explains a code. */
export const errorDocPath = (code: string): string => `/documentation/errors/${code}`;

/** A failure as events and job resources carry it. */
export const failureOf = (code: ErrorCode, message?: string, details?: Record<string, unknown>): Failure => {
  const { title, fault, retryable, hint } = errors[code];
  return { code, message: message ?? title, fault, retryable, hint, ...(details ? { details } : {}) };
};
