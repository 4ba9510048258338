import {
  deliveryStream,
  maySee,
  visibleTo,
  webhookTestEvent,
  type Actor,
  type AttemptResource,
  type DeliveryDetail,
  type DeliveryEvent,
  type DeliveryResource,
} from '@ffapi/contracts';
import { redactUrl } from '@ffapi/egress';
import { projectedEvents, Refusal, refuse } from '@ffapi/es';
import type { Collection, Condition } from '@ffapi/read-model';
import { commander, type RequestHandlers, type ServiceContext } from '@ffapi/service-kit';
import { deliveryDecider } from './delivery.decider.ts';
import { deliveries as projection, type DeliveryDocument } from './deliveries.projection.ts';
import { findPage, ownEndpoint } from '../endpoints/index.ts';
import { showCall } from './compose-call.client.ts';
import { makeCall, type CallPorts } from './make-call.client.ts';

export interface DeliveryPorts {
  readonly context: ServiceContext;
  readonly deliveries: Collection<DeliveryDocument>;
  readonly calls: CallPorts;
  /** Resolves when lists show what was appended at this position. */
  readonly shown: (position: number) => Promise<void>;
}

const resource = (delivery: DeliveryDocument): DeliveryResource => {
  const last = delivery.attempts.at(-1);
  return {
    id: delivery.deliveryId,
    webhook_id: delivery.webhookId,
    job_id: delivery.jobId,
    event: delivery.event,
    url: delivery.url,
    status: delivery.status,
    exhausted_reason: delivery.exhaustedReason,
    response_status: last?.status ?? null,
    attempt: last?.attempt ?? 0,
    error: last?.error ?? null,
    delivered_at: delivery.status === 'succeeded' ? (last?.at ?? null) : null,
    next_attempt_at: delivery.status === 'pending' ? delivery.dueAt : null,
    created_at: delivery.createdAt,
  };
};

const attemptResource = (attempt: DeliveryDocument['attempts'][number]): AttemptResource => ({
  attempt: attempt.attempt,
  at: attempt.at,
  status: attempt.status,
  duration_ms: attempt.durationMs,
  response_headers: attempt.responseHeaders ?? {},
  response_body: attempt.responseBodyExcerpt,
  error: attempt.error,
});

const detail = (
  delivery: DeliveryDocument,
  { headers, body }: Awaited<ReturnType<typeof showCall>>,
): DeliveryDetail => {
  const last = delivery.attempts.at(-1);
  return {
    ...resource(delivery),
    request: { method: 'POST', headers, body },
    response_headers: last?.responseHeaders ?? null,
    response_body: last?.responseBodyExcerpt ?? null,
    attempts: delivery.attempts.map(attemptResource),
  };
};

/** The delivery as its stream tells: never older than what the caller was told. */
const ownDelivery = async ({ store }: ServiceContext, id: string, actor: Actor): Promise<DeliveryDocument> => {
  const { commits } = await store.load<DeliveryEvent>(deliveryStream(id));
  const delivery = commits
    .flatMap(projectedEvents)
    .reduce<DeliveryDocument | null>((before, event) => projection.evolve(before, event, id), null);
  if (!delivery || !maySee(actor, delivery.apiKeyId)) return refuse('delivery_not_found');
  return delivery;
};

const comparable = (url: string): string => (URL.canParse(url) ? redactUrl(url) : url);

/** What the webhook service answers about deliveries. */
export const deliveryRequests = ({ context, deliveries, calls, shown }: DeliveryPorts): RequestHandlers => {
  const decide = commander(context, deliveryDecider, deliveryStream);
  return {
    'webhook.deliveries': async ({ actor, jobId, url, status, event, limit, cursor }) => {
      const asked = { jobId, url: url === null ? null : comparable(url), status, event };
      const given = Object.entries(asked).filter(([, value]) => value !== null) as [string, Condition][];
      const where = { ...visibleTo(actor), ...Object.fromEntries(given) };
      const query = { where, sort: 'createdAt', descending: true, after: cursor ?? undefined, limit };
      const { documents, next } = await findPage(deliveries, query);
      return { data: documents.map(({ document }) => resource(document)), next };
    },
    'webhook.delivery': async ({ id, actor }) => {
      const delivery = await ownDelivery(context, id, actor);
      return detail(delivery, await showCall(context, calls.open, delivery));
    },
    'webhook.retry-delivery': async ({ id, actor }) => {
      const { webhookId, jobId } = await ownDelivery(context, id, actor);
      if (webhookId !== null) await refuseDisabled(context, webhookId, actor);
      const command = { type: 'RetryDelivery', deliveryId: id, by: actor.keyId, now: context.now() } as const;
      const { commit } = await decide(id, command, {
        occurredAt: command.now,
        correlationId: jobId ?? id,
        causationId: actor.keyId,
      });
      if (commit) await shown(commit.position);
      return resource(await ownDelivery(context, id, actor));
    },
    'webhook.test': async ({ id, actor }) => {
      const { state } = await ownEndpoint(context, id, actor);
      const deliveryId = context.newId('dlv');
      const now = context.now();
      const scheduled = {
        deliveryId,
        webhookId: id,
        apiKeyId: state.apiKeyId,
        event: webhookTestEvent,
        timestamp: now,
        jobId: null,
        target: state.target,
        payload: { inline: { webhook_id: id, message: 'This is a test call.' } },
      } as const;
      const { attempt } = await makeCall(calls, { ...scheduled, traceparent: null }, state, 1);
      const command = { type: 'RecordTestCall', ...scheduled, outcome: attempt, now } as const;
      const { state: after, commit } = await decide(deliveryId, command, {
        correlationId: id,
        causationId: actor.keyId,
        assumeNew: true,
      });
      if (commit) await shown(commit.position);
      return {
        delivery_id: deliveryId,
        is_success: after.status === 'succeeded',
        status: attempt.status,
        duration_ms: attempt.durationMs,
        response_body: attempt.responseBodyExcerpt,
        error: attempt.error,
      };
    },
  };
};

/** A call to an endpoint that is disabled or deleted would be given up at once. */
const refuseDisabled = async (context: ServiceContext, webhookId: string, actor: Actor): Promise<void> => {
  try {
    const { state } = await ownEndpoint(context, webhookId, actor);
    if (state.status !== 'enabled') refuse('webhook_not_enabled');
  } catch (error) {
    if (error instanceof Refusal) refuse('webhook_not_enabled');
    throw error;
  }
};
