import { randomBytes } from 'node:crypto';
import { endpointStream, type Actor, type EndpointEvent } from '@ffapi/contracts';
import { redactUrl } from '@ffapi/egress';
import { fold, handleCommand, refuse, type CommandContext } from '@ffapi/es';
import type { Collection, Condition } from '@ffapi/read-model';
import type { RequestHandlers, ServiceContext } from '@ffapi/service-kit';
import { endpointDecider } from '../domain/endpoint.decider.ts';
import { formatSecret } from '../domain/signature.ts';
import type { DeliveryDocument } from '../projections/deliveries.projection.ts';
import type { EndpointDocument } from '../projections/endpoints.projection.ts';
import { tenantSecret } from './tenant-secret.ts';

export interface RequestPorts {
  readonly context: ServiceContext;
  readonly endpoints: Collection<EndpointDocument>;
  readonly deliveries: Collection<DeliveryDocument>;
}

const secretBytes = 32;

const endpointResource = ({ webhookId, events, target, isEnabled, createdAt, apiKeyId }: EndpointDocument) => ({
  id: webhookId,
  events,
  url: target.url,
  enabled: isEnabled,
  created_at: createdAt,
  api_key_id: apiKeyId,
});

const deliveryResource = (delivery: DeliveryDocument) => {
  const last = delivery.attempts.at(-1);
  return {
    id: delivery.deliveryId,
    webhook_id: delivery.webhookId,
    job_id: delivery.jobId,
    event: delivery.event,
    url: delivery.url,
    status: delivery.status,
    payload: 'inline' in delivery.payload ? delivery.payload.inline : null,
    response_status: last?.status ?? null,
    response_body: last?.responseBodyExcerpt ?? null,
    attempt: last?.attempt ?? 0,
    delivered_at: delivery.status === 'succeeded' ? last?.at : null,
    next_attempt_at: delivery.status === 'pending' ? delivery.dueAt : null,
    error: last?.error ?? null,
    attempts: delivery.attempts.map(({ attempt, at, status, durationMs, error }) => ({
      attempt,
      at,
      status,
      duration_ms: durationMs,
      error,
    })),
    created_at: delivery.createdAt,
  };
};

const own = ({ keyId, isAdmin }: Actor): Record<string, Condition> => (isAdmin ? {} : { apiKeyId: keyId });

/** What the webhook service answers. */
export const webhookRequests = ({ context, endpoints, deliveries }: RequestPorts): RequestHandlers => {
  const commandContext = (webhookId: string, by: string): CommandContext => ({
    commitId: context.newId('cmd'),
    occurredAt: context.now(),
    correlationId: webhookId,
    causationId: by,
  });
  const seal = (value: string, purpose: string): Promise<string> => context.secrets.seal(value, { purpose });

  return {
    'webhook.subscribe': async ({ id, actor, webhook }) => {
      const secret = webhook.secret ?? formatSecret(randomBytes(secretBytes));
      const url = redactUrl(webhook.url);
      const target = {
        url,
        urlSecret: url === webhook.url ? null : await seal(webhook.url, 'url'),
        headersSecret:
          Object.keys(webhook.headers).length === 0
            ? null
            : await seal(JSON.stringify(webhook.headers), 'webhook-headers'),
      };
      const now = context.now();
      const command = {
        type: 'SubscribeEndpoint',
        webhookId: id,
        apiKeyId: actor.keyId,
        events: webhook.events,
        target,
        signingSecret: await seal(secret, 'webhook-secret'),
        by: actor.keyId,
        now,
      } as const;
      await handleCommand(context.store, endpointDecider, endpointStream(id), command, {
        ...commandContext(id, actor.keyId),
        assumeNew: true,
      });
      return { id, secret, createdAt: now };
    },
    'webhook.list': async ({ actor, limit, cursor }) => {
      const { documents, next } = await endpoints.find({
        where: own(actor),
        sort: 'createdAt',
        descending: true,
        after: cursor ?? undefined,
        limit,
      });
      return { data: documents.map(({ document }) => endpointResource(document)), next };
    },
    'webhook.delete': async ({ id, actor }) => {
      const { commits } = await context.store.load<EndpointEvent>(endpointStream(id));
      const { status, apiKeyId } = fold(endpointDecider, commits);
      if (status === 'absent' || status === 'deleted' || (!actor.isAdmin && apiKeyId !== actor.keyId))
        return refuse('webhook_not_found');
      const command = { type: 'DeleteEndpoint', webhookId: id, by: actor.keyId, now: context.now() } as const;
      await handleCommand(context.store, endpointDecider, endpointStream(id), command, commandContext(id, actor.keyId));
      return { deleted: true };
    },
    'webhook.deliveries': async ({ actor, jobId, url, status, event, limit, cursor }) => {
      const asked = Object.fromEntries(
        Object.entries({ jobId, url, status, event }).filter(([, value]) => value !== null),
      ) as Record<string, Condition>;
      const { documents, next } = await deliveries.find({
        where: { ...own(actor), ...asked },
        sort: 'createdAt',
        descending: true,
        after: cursor ?? undefined,
        limit,
      });
      return { data: documents.map(({ document }) => deliveryResource(document)), next };
    },
    'webhook.signing-secret': async ({ actor }) => ({ secret: tenantSecret(context, actor.keyId) }),
  };
};
