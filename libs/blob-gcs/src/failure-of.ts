import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';

/** There is no such object in a bucket that is there. */
export class ObjectNotFound extends Error {
  override readonly name = 'ObjectNotFound';
}

/** No token was to be had: nothing was asked of the bucket. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  /** Of the server that gives out tokens; kept for its code and time, and not as `cause`. */
  readonly #error: unknown;
  constructor(error: unknown) {
    super('no token');
    this.#error = error;
  }
  static errorOf(failure: SignInFailed): unknown {
    return failure.#error;
  }
}

interface Told {
  readonly error?:
    | string
    | { readonly message?: string; readonly errors?: readonly { readonly reason?: string }[] }
    | undefined;
}

const inner = (error: unknown): unknown => (error instanceof SignInFailed ? SignInFailed.errorOf(error) : error);

interface Answered {
  readonly status?: number;
  readonly headers?: Headers;
  readonly data?: unknown;
}

const answerOf = (error: unknown): Answered | undefined => {
  const failure = inner(error);
  return failure instanceof Error && 'response' in failure ? (failure.response as Answered | undefined) : undefined;
};

/** What the body of the answer says; that of a download comes as text. */
const toldBy = (error: unknown): Told => {
  const data = answerOf(error)?.data;
  if (typeof data !== 'string') return (data ?? {}) as Told;
  try {
    return JSON.parse(data) as Told;
  } catch {
    return { error: { message: data } };
  }
};

/** What Google calls the failure, or what the system calls that of the connection. */
export const codeOf = (error: unknown): string => {
  const { error: told } = toldBy(error);
  const reason = typeof told === 'string' ? told : told?.errors?.[0]?.reason;
  if (reason !== undefined) return reason;
  const failure = inner(error);
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (typeof code === 'string') return code;
  const status = statusOf(error);
  if (status !== undefined) return `status ${status}`;
  if (!(failure instanceof Error)) return String(failure);
  return failure.name === 'Error' ? failure.message : failure.name;
};

export const statusOf = (error: unknown): number | undefined => answerOf(error)?.status;

/** When the server answered, by its own clock. */
export const dateOf = (error: unknown): string | null => answerOf(error)?.headers?.get('date') ?? null;

export const saysNoObject = (error: unknown): boolean => {
  const { error: told } = toldBy(error);
  return typeof told === 'object' && (told.message ?? '').startsWith('No such object');
};

/** Whether the object is not there. A bucket that is not there is something else. */
export const isMissing = (error: unknown): boolean => error instanceof ObjectNotFound;

/** Whether somebody else was there before: what was written or removed under a condition was not. */
export const isConflict = (error: unknown): boolean => statusOf(error) === 412;

/** The store's own failure for what was thrown about a blob; that the caller gave up passes through unchanged. */
export const failureOf = (error: unknown, sha256?: string): unknown => {
  if (error instanceof DOMException || (error instanceof Error && error.name === 'AbortError')) return error;
  if (sha256 !== undefined && isMissing(error)) return new BlobNotFound(sha256);
  const code = codeOf(error);
  const status = statusOf(error);
  if (status === 416) return new RangeError('the range starts behind the end');
  if (status === 507 || (status === 403 && code === 'quotaExceeded'))
    return new BlobStoreFull(`the bucket has no room: ${code}`);
  const said = status === undefined ? code : `${code} (${status})`;
  const what = error instanceof SignInFailed ? 'nobody can sign in to the bucket' : 'the bucket cannot be used';
  // Not as `cause`: the client's error has the request in it, with its token.
  return new BlobStoreUnavailable(`${what}: ${said}`);
};

export const rethrow = (error: unknown): never => {
  throw failureOf(error);
};
