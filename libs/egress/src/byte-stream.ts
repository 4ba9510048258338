import { once } from 'node:events';
import type { Socket } from 'node:net';
import { dialChecked, type GuardRules } from './dial.ts';
import { codeOf } from './exchange.ts';
import { EgressFailure } from './failure.ts';

export interface ByteStreamOptions {
  readonly connectTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A connection for a protocol that only sends: what comes back is not read. */
export interface ByteStream {
  /**
   * Resolves when the bytes have been handed over and the connection is still there `settleMs` later: as much as can be
   * known where the receiver answers nothing. Throws when the connection has ended, before or meanwhile.
   */
  write(bytes: Uint8Array, settleMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

const parse = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'tcp:' && url?.protocol !== 'tls:') throw new EgressFailure('url_scheme_refused');
  return url;
};

const ended = (error: unknown): EgressFailure =>
  error instanceof EgressFailure ? error : new EgressFailure('endpoint_unreachable', codeOf(error), { cause: error });

const waitFor = async (timeoutMs: number, signal: AbortSignal): Promise<void> => {
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, timeoutMs);
  const abort = (): void => waited.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await waited.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
};

const streamOf = (socket: Socket): ByteStream => {
  const gone = new AbortController();
  let why: unknown = new Error('the connection was closed');
  socket.on('error', (error) => (why = error));
  socket.once('close', () => gone.abort(ended(why)));
  // Only who reads notices the other side's end.
  socket.resume();
  return {
    write: async (bytes, settleMs, signal) => {
      const over = signal ? AbortSignal.any([gone.signal, signal]) : gone.signal;
      over.throwIfAborted();
      if (!socket.write(bytes)) await once(socket, 'drain', { signal: over }).catch(() => over.throwIfAborted());
      await waitFor(settleMs, over);
    },
    close: () => socket.destroy(),
  };
};

/** Opens a `tcp:` or `tls:` URL, dialled to a checked address. */
export const openStream = async (
  text: string,
  { connectTimeoutMs = 15_000, signal }: ByteStreamOptions,
  rules: GuardRules,
): Promise<ByteStream> => {
  const url = parse(text);
  const deadline = AbortSignal.timeout(connectTimeoutMs);
  try {
    return streamOf(await dialChecked(url, rules, signal ? AbortSignal.any([signal, deadline]) : deadline));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw deadline.aborted ? new EgressFailure('endpoint_timeout') : ended(error);
  }
};
