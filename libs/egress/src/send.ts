import type { Connections } from './connections.ts';
import type { GuardRules } from './dial.ts';
import { codeOf } from './exchange.ts';
import { EgressFailure } from './failure.ts';
import { guardUrl } from './guard-url.ts';
import { sendHeaders, type Headers } from './headers.ts';

export interface SendOptions {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Headers | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** From the first packet to the last byte that is read of the answer. */
  readonly timeoutMs?: number | undefined;
  readonly responseBytesMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type PostOptions = Omit<SendOptions, 'method'> & { readonly body: string | Uint8Array };

export interface SendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most `responseBytesMax` bytes, read as UTF-8. */
  readonly body: string;
}

/** Calls a URL once and gives any answer, redirects included: they are not followed. */
export const send = async (
  target: string,
  options: SendOptions,
  rules: GuardRules,
  connections: Connections,
): Promise<SendAnswer> => {
  const { timeoutMs = 15_000, responseBytesMax = 65_536 } = options;
  const url = guardUrl(target, rules);
  const headers = sendHeaders(options.headers);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new EgressFailure('endpoint_timeout')), timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline.signal]) : deadline.signal;
  const { method, body = null } = options;
  const request = { method, path: `${url.pathname}${url.search}`, headers, body, signal };
  try {
    return await connections.with(url, async (pool) => {
      const answer = await pool.request(request);
      const text = await readUpTo(answer.body, responseBytesMax);
      return { status: answer.statusCode, headers: answer.headers, body: text };
    });
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason;
    if (deadline.signal.aborted) throw deadline.signal.reason;
    throw ofEndpoint(error);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * The endpoint has answered with its status: a body that stalls or breaks off changes nothing about that. Leaving a body
 * before its end closes the connection.
 */
const readUpTo = async (body: AsyncIterable<Uint8Array>, sizeBytesMax: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      sizeBytes += chunk.byteLength;
      if (sizeBytes >= sizeBytesMax) break;
    }
  } catch {
    // What arrived is kept.
  }
  return Buffer.concat(chunks).subarray(0, sizeBytesMax).toString();
};

const ofEndpoint = (error: unknown): unknown => {
  if (!(error instanceof EgressFailure))
    return new EgressFailure('endpoint_unreachable', codeOf(error), { cause: error });
  if (error.code !== 'input_unreachable') return error;
  return new EgressFailure('endpoint_unreachable', detailOf(error), { cause: error });
};

const detailOf = ({ message }: EgressFailure): string | undefined => /: (.+)\.$/.exec(message)?.[1];
