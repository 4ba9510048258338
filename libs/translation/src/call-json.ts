import { EgressFailure, retryAfterMsOf, type Egress } from '@ffapi/egress';
import { TranslationFailure } from './provider.ts';

export interface JsonCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

export interface JsonAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** Null when it is no JSON. */
  readonly body: unknown;
}

const timeoutMs = 60_000;
const responseBytesMax = 8 * 1024 * 1024;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Posts JSON through the one way out; a service that cannot be reached may be reached a little later. */
export const callJson = async (egress: Egress, { url, headers, body, signal }: JsonCall): Promise<JsonAnswer> => {
  try {
    const answer = await egress.post(url, {
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      timeoutMs,
      responseBytesMax,
      signal,
    });
    return {
      status: answer.status,
      retryAfterMs: retryAfterMsOf(answer),
      body: parsed(answer.body),
    };
  } catch (error) {
    if (!(error instanceof EgressFailure)) throw error;
    throw new TranslationFailure('translation_failed', 'it cannot be reached', { isTransient: error.retryable });
  }
};

/** The value at a path of an unknown structure. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (branch, step) =>
      typeof branch === 'object' && branch !== null ? (branch as Record<string | number, unknown>)[step] : undefined,
    value,
  );

/** The texts of a list of answers; anything else than texts is no answer. */
export const textsOf = (list: unknown, ...path: readonly (string | number)[]): string[] => {
  const texts = Array.isArray(list) ? list.map((each) => at(each, ...path)) : [];
  if (!texts.every((text) => typeof text === 'string'))
    throw new TranslationFailure('translation_failed', 'its answer cannot be read');
  return texts;
};

/** What a status means where services agree; the rest is a failure that may pass when it is the service's own. */
export const failureOfStatus = ({ status, retryAfterMs }: JsonAnswer): TranslationFailure => {
  if (status === 401 || status === 403) return new TranslationFailure('translation_key_refused');
  const isTransient = status === 408 || status === 429 || status >= 500;
  return new TranslationFailure('translation_failed', `it answered ${status}`, { isTransient, retryAfterMs });
};
