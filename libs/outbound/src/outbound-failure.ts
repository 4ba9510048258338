import { errorRow, type ErrorCode } from '@ffapi/contracts';

export interface FailureOptions extends ErrorOptions {
  /** Whether the same call may succeed a little later. */
  readonly isTransient?: boolean;
  readonly retryAfterMs?: number | null;
}

/** A call to a service outside that came to nothing; its message is safe to show. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';
  readonly code: ErrorCode;
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;
  constructor(
    code: ErrorCode,
    detail?: string,
    { isTransient = false, retryAfterMs = null, ...options }: FailureOptions = {},
  ) {
    const { title } = errorRow(code);
    super(detail === undefined ? title : `${title.replace(/\.$/, '')}: ${detail}.`, options);
    this.code = code;
    this.isTransient = isTransient;
    this.retryAfterMs = retryAfterMs;
  }
}

export const isOutboundFailure = (error: unknown): error is OutboundFailure => error instanceof OutboundFailure;
