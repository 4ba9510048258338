export interface ErrorRow {
  /** HTTP status when it is the answer to a request. */
  readonly status: number;
  readonly title: string;
  /** Whose move it is: the file's owner, the caller's, or the operator's. */
  readonly fault: 'input' | 'request' | 'system';
  /** Trying the same again later can help. */
  readonly retryable: boolean;
  readonly hint: string;
}

/** One line of the table. */
export const row = (
  status: number,
  fault: ErrorRow['fault'],
  retryable: boolean,
  title: string,
  hint: string,
): ErrorRow => ({
  status,
  title,
  fault,
  retryable,
  hint,
});
