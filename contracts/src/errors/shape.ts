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
