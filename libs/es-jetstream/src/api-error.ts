import { InvalidSubject } from '@ffapi/contracts';
import { ConcurrencyConflict, EventStoreCorrupt, EventStoreFull, EventStoreUnavailable } from '@ffapi/es';
import { JetStreamApiError } from '@nats-io/jetstream';

export interface ApiError {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

export const wrongLastSequence = new Set([10071, 10164]);
const noResources = new Set([10023, 10047]);
const storeFailed = 10077;
const messageTooBig = 10054;

export const apiErrorCode = (error: unknown): number | undefined =>
  error instanceof JetStreamApiError ? error.code : undefined;

/** The port's error for a refused append. */
export const appendError = (stream: string, { err_code, description }: ApiError): Error => {
  if (wrongLastSequence.has(err_code)) return new ConcurrencyConflict(stream);
  if (err_code === messageTooBig) return new RangeError(`a commit to ${stream} is too big: ${description}`);
  const isFull = noResources.has(err_code) || (err_code === storeFailed && /maximum|exceeded|space/.test(description));
  return isFull ? new EventStoreFull(description) : new EventStoreUnavailable(`${description} (${err_code})`);
};

const portErrors = [
  ConcurrencyConflict,
  EventStoreCorrupt,
  EventStoreFull,
  EventStoreUnavailable,
  InvalidSubject,
  RangeError,
];

/** Gives the result of a call to the server; what goes wrong on the way becomes `EventStoreUnavailable`. */
export const available = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (portErrors.some((known) => error instanceof known)) throw error;
    throw new EventStoreUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
  }
};
