import type { DeliveryAttempt } from '@ffapi/contracts';
import { EgressFailure, type Egress, type SendAnswer } from '@ffapi/egress';
import type { ServiceContext } from '@ffapi/service-kit';
import { withSpan } from '@ffapi/telemetry';
import { excerptOf, headersExcerptOf } from './answer-excerpt.ts';
import { parseRetryAfter } from './retry-schedule.ts';
import { composeCall, type CallSource, type ComposedCall, type Subscription } from './compose-call.client.ts';
import type { DecryptSecret } from '../endpoints/index.ts';

export interface CallPorts {
  readonly context: ServiceContext;
  readonly egress: Egress;
  readonly open: DecryptSecret;
}

export interface CallOutcome {
  readonly attempt: DeliveryAttempt;
  readonly retryAfterMs: number | null;
}

type Source = CallSource & { readonly traceparent: string | null };

/** Makes one signed call and tells what came of it; whatever goes wrong is an outcome, too. */
export const makeCall = async (
  { context, egress, open }: CallPorts,
  source: Source,
  subscription: Subscription | null,
  attempt: number,
): Promise<CallOutcome> => {
  const startMs = performance.now();
  const attributes = { 'ffapi.delivery_id': source.deliveryId, 'ffapi.attempt': attempt };
  const span = { service: 'webhook', kind: 'client', parent: source.traceparent, attributes } as const;
  let secrets: readonly string[] = [];
  const { answer, error } = await withSpan('webhook', span, async () => {
    try {
      const call: ComposedCall = await composeCall(context, open, source, subscription);
      ({ secrets } = call);
      return { answer: await egress.post(call.url, call), error: null };
    } catch (failure) {
      return { answer: null, error: shown(context, source, failure) };
    }
  });
  return {
    attempt: {
      attempt,
      status: answer?.status ?? null,
      durationMs: Math.round(performance.now() - startMs),
      responseHeaders: headersExcerptOf(answer?.headers ?? {}, secrets),
      responseBodyExcerpt: excerptOf(answer?.body ?? '', secrets),
      error,
    },
    retryAfterMs: parseRetryAfter(retryAfter(answer), context.now()),
  };
};

const retryAfter = (answer: SendAnswer | null): string | undefined => {
  const header = answer?.headers['retry-after'];
  return typeof header === 'string' ? header : undefined;
};

const shown = (context: ServiceContext, { deliveryId }: Source, failure: unknown): DeliveryAttempt['error'] => {
  if (failure instanceof EgressFailure) return { code: failure.code, message: failure.message };
  context.log.error({ err: failure, deliveryId }, 'a call could not be made');
  return { code: 'internal', message: 'The call could not be made.' };
};
