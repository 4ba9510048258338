import type { IncomingHttpHeaders } from 'node:http';
import { Client } from 'undici';
import { dialChecked, type GuardRules } from './dial.ts';
import { EgressFailure } from './failure.ts';

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | undefined;
  readonly connectTimeoutMs: number;
  /** From the request to the last of the response's headers. */
  readonly headersTimeoutMs: number;
  /** Longest pause inside the body. */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection, whatever is still to come. */
  close(): void;
}

/** One request and its response on a connection of its own, dialled to a checked address. */
export const exchange = async (url: URL, request: ExchangeRequest, rules: GuardRules): Promise<Exchange> => {
  const { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs, signal, ...message } = request;
  const socket = await within(connectTimeoutMs, signal, (limited) => dialChecked(url, rules, limited));
  let isTaken = false;
  const client = new Client(url.origin, {
    // The one dialled socket and never a second: undici would otherwise reconnect by itself, unchecked.
    connect: (_options, callback) => {
      const isFirst = !isTaken;
      isTaken = true;
      // Never at once: undici drops a request whose connection is there before it waits for one.
      setImmediate(() => (isFirst ? callback(null, socket) : callback(new Error('the connection was closed'), null)));
    },
    headersTimeout: 0,
    bodyTimeout: idleTimeoutMs,
    allowH2: false,
  });
  const close = () => {
    client.destroy().catch(() => {});
    socket.destroy();
  };
  try {
    const target = { ...message, path: `${url.pathname}${url.search}` };
    const answer = await within(headersTimeoutMs, signal, (limited) => client.request({ ...target, signal: limited }));
    answer.body.on('error', () => {});
    return { status: answer.statusCode, headers: answer.headers, body: answer.body, close };
  } catch (error) {
    close();
    throw error;
  }
};

/** Runs with a deadline: past it the signal aborts with `input_timeout`; what the caller aborts stays the caller's reason. */
const within = async <T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new EgressFailure('input_timeout')), timeoutMs);
  const both = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal;
  try {
    return await run(both);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (error instanceof EgressFailure) throw error;
    throw new EgressFailure('input_unreachable', codeOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
};

/** The system's or the client's word for what happened, such as ECONNREFUSED; no addresses. */
export const codeOf = (error: unknown): string | undefined => {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
};
