import { ConcurrencyConflict, EventStoreCorrupt, EventStoreUnavailable } from '@ffapi/es';

const portErrors = [ConcurrencyConflict, EventStoreCorrupt, EventStoreUnavailable];

const unavailable = (error: unknown): Error =>
  portErrors.some((known) => error instanceof known)
    ? (error as Error)
    : new EventStoreUnavailable(error instanceof Error ? error.message : String(error), { cause: error });

/** The result of a call, or `EventStoreUnavailable` when it fails or takes too long: the client has no limit for all of its ways. */
export const within = async <T>(timeoutMs: number, call: () => Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new EventStoreUnavailable(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([call(), promise]);
  } catch (error) {
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
};

/** The items of an iterable, each within the time limit (no limit: `null`). */
export async function* withinEach<T>(timeoutMs: number | null, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const next = () => iterator.next();
  for (;;) {
    const { value, done } = await (timeoutMs === null ? next() : within(timeoutMs, next)).catch((error: unknown) => {
      throw unavailable(error);
    });
    if (done) return;
    yield value;
  }
}
