import type { ErrorCode } from '@ffapi/contracts';
import { EgressFailure, retryAfterMsOf, type Egress, type SendOptions } from '@ffapi/egress';
import type { z } from 'zod';
import { OutboundFailure } from './outbound-failure.ts';

export interface ServiceCall {
  readonly method?: SendOptions['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

/** What a family of services is called with, and what its failures are called. */
export interface CallerOptions {
  readonly egress: Egress;
  readonly unavailable: ErrorCode;
  /** Where a key that is refused has no code of its own, the service is as good as away. */
  readonly keyRefused?: ErrorCode | undefined;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
}

export interface Caller {
  /** Calls once, and gives any answer; a service that cannot be reached may be reached a little later. */
  call(call: ServiceCall): Promise<ServiceAnswer>;
  /** The body of a success in the shape that is documented, and nothing else. */
  readAs<T>(schema: z.ZodType<T>, answer: ServiceAnswer): T;
  /**
   * What a status means where services agree; 408, 429 and the service's own failures may pass. What the service says
   * of it, where that is safe to show, may be added.
   */
  failureOf(answer: ServiceAnswer, said?: string): OutboundFailure;
}

/** The text as JSON; `undefined` when it is none. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Calls services of one family through the one way out. */
export const createCaller = (options: CallerOptions): Caller => {
  const { egress, unavailable, keyRefused = unavailable, timeoutMs, responseBytesMax } = options;
  return {
    call: async ({ method = 'POST', url, ...message }) => {
      try {
        const answer = await egress.send(url, { method, timeoutMs, responseBytesMax, ...message });
        return { status: answer.status, retryAfterMs: retryAfterMsOf(answer), text: answer.body };
      } catch (error) {
        if (!(error instanceof EgressFailure)) throw error;
        throw new OutboundFailure(unavailable, 'it cannot be reached', { isTransient: error.retryable, cause: error });
      }
    },
    readAs: (schema, { text }) => {
      const parsed = schema.safeParse(parsedJson(text));
      if (parsed.success) return parsed.data;
      throw new OutboundFailure(unavailable, 'its answer cannot be read', { isTransient: true });
    },
    failureOf: ({ status, retryAfterMs }, said = '') => {
      const detail = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
      if (status === 401 || status === 403) return new OutboundFailure(keyRefused, detail);
      const isTransient = status === 408 || status === 429 || status >= 500;
      return new OutboundFailure(unavailable, detail, { isTransient, retryAfterMs });
    },
  };
};
