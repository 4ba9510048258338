import { errorRow, type ErrorCode, type ErrorRow } from '@ffapi/contracts';

interface FailureOptions extends ErrorOptions {
  /** Overrides what the error table says of the code. */
  readonly retryable?: boolean | undefined;
}

/** What resolvers say of a name that does not exist, or has no address. */
const unknownName = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NONAME', 'EAI_NODATA']);

/** Why a URL was refused or an exchange failed; its message is safe to show to the user. */
export class EgressFailure extends Error {
  override readonly name = 'EgressFailure';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly fault: ErrorRow['fault'];
  constructor(code: ErrorCode, detail?: string, { retryable, ...options }: FailureOptions = {}) {
    const row = errorRow(code);
    super(detail === undefined ? row.title : `${row.title.replace(/\.$/, '')}: ${detail}.`, options);
    this.code = code;
    this.retryable = retryable ?? row.retryable;
    this.fault = row.fault;
  }

  /** Whether the name of the host leads nowhere, which is the same a minute later. */
  get isOfUnknownName(): boolean {
    return this.cause instanceof Error && 'code' in this.cause && unknownName.has(String(this.cause.code));
  }
}
