import type { GuardRules } from './dial.ts';
import { exchange, type Exchange } from './exchange.ts';
import { EgressFailure } from './failure.ts';
import { guardUrl } from './guard-url.ts';
import { postHeaders, type Headers } from './headers.ts';

export interface PostOptions {
  readonly headers?: Headers | undefined;
  readonly body: string | Uint8Array;
  /** From the first packet to the last byte that is read of the answer. */
  readonly timeoutMs?: number | undefined;
  readonly responseBytesMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most `responseBytesMax` bytes, read as UTF-8. */
  readonly body: string;
}

/** Posts once to a URL of a user and gives any answer, redirects included: they are not followed. */
export const post = async (text: string, options: PostOptions, rules: GuardRules): Promise<PostAnswer> => {
  const { timeoutMs = 15_000, responseBytesMax = 65_536 } = options;
  const url = guardUrl(text, rules);
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const limits = { connectTimeoutMs: timeoutMs, headersTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs, signal };
  const request = { method: 'POST' as const, headers: postHeaders(options.headers), body: options.body, ...limits };
  const answer = await exchange(url, request, rules).catch((error: unknown) => {
    if (options.signal?.aborted) throw options.signal.reason;
    throw deadline.aborted ? new EgressFailure('endpoint_timeout') : ofEndpoint(error);
  });
  try {
    return { status: answer.status, headers: answer.headers, body: await readUpTo(answer, responseBytesMax) };
  } finally {
    answer.close();
  }
};

/** The endpoint has answered with its status: a body that stalls or breaks off changes nothing about that. */
const readUpTo = async ({ body }: Exchange, sizeBytesMax: number): Promise<string> => {
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
  if (!(error instanceof EgressFailure)) return error;
  if (error.code === 'input_timeout') return new EgressFailure('endpoint_timeout', undefined, { cause: error });
  if (error.code === 'input_unreachable')
    return new EgressFailure('endpoint_unreachable', codeDetail(error), { cause: error });
  return error;
};

const codeDetail = ({ message }: EgressFailure): string | undefined => /: (.+)\.$/.exec(message)?.[1];
