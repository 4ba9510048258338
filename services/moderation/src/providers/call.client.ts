import { EgressFailure, retryAfterMsOf, type Egress } from '@ffapi/egress';
import type { z } from 'zod';
import { ModerationFailure } from './provider.ts';

export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
}

const timeoutMs = 30_000;
const responseBytesMax = 1024 * 1024;

/** Posts through the one way out; a service that cannot be reached may be reached a little later. */
export const ask = async (egress: Egress, { url, headers, body, signal }: Asked): Promise<Answered> => {
  try {
    const answer = await egress.post(url, { headers, body, timeoutMs, responseBytesMax, signal });
    return { status: answer.status, retryAfterMs: retryAfterMsOf(answer), text: answer.body };
  } catch (error) {
    if (!(error instanceof EgressFailure)) throw error;
    throw new ModerationFailure('moderation_unavailable', 'it cannot be reached', { isTransient: error.retryable });
  }
};

/** The body of a success in the shape that is documented, and nothing else. */
export const readAs = <T>(schema: z.ZodType<T>, { text }: Answered): T => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ModerationFailure('moderation_unavailable', 'its answer cannot be read', { isTransient: true });
};

/** What a status means where services agree; the rest may pass when it is the service's own. */
export const failureOf = ({ status, retryAfterMs }: Answered): ModerationFailure => {
  if (status === 401 || status === 403) return new ModerationFailure('moderation_key_refused', `it answered ${status}`);
  const isTransient = status === 408 || status === 429 || status >= 500;
  return new ModerationFailure('moderation_unavailable', `it answered ${status}`, { isTransient, retryAfterMs });
};
