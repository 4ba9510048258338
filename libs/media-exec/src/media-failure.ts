import { errorRow } from '@ffapi/contracts';
import type { ErrorCode } from '@ffapi/contracts';

export interface FailureDetails {
  readonly message?: string;
  readonly exitCode?: number | null;
  readonly signal?: string | null;
  readonly step?: string;
  /** The input that is at fault, by its name in the plan. */
  readonly input?: string;
  /** The output that was not written. */
  readonly missing?: string;
}

/** Media work that ended without a result; `code` is one of contracts/errors/media. */
export class MediaFailure extends Error {
  override readonly name = 'MediaFailure';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: FailureDetails;
  /** The last words of the tool, at most 4 KiB, without paths of the host. */
  readonly stderrTail: string;
  constructor(code: ErrorCode, details: FailureDetails = {}, stderrTail = '') {
    super(details.message ?? errorRow(code).title);
    this.code = code;
    this.retryable = errorRow(code).retryable;
    this.details = details;
    this.stderrTail = stderrTail;
  }
}
