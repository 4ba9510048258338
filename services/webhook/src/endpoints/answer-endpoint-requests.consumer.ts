import { randomBytes } from 'node:crypto';
import {
  endpointStream,
  maySee,
  visibleTo,
  type Actor,
  type EndpointEvent,
  type WebhookResource,
  type WebhookTarget,
} from '@ffapi/contracts';
import { redactUrl } from '@ffapi/egress';
import { fold, refuse } from '@ffapi/es';
import { InvalidCursor, type Collection, type FindQuery, type Page } from '@ffapi/read-model';
import { formatSecret } from '@ffapi/secrets';
import { commander, type RequestHandlers, type ServiceContext } from '@ffapi/service-kit';
import { endpointDecider, rotationOverlapMs, type EndpointCommand, type EndpointState } from './endpoint.decider.ts';
import { verifyCall } from './verify-call.ts';
import type { EndpointDocument } from './endpoints.projection.ts';
import { tenantSecret } from './tenant-secret.client.ts';

export interface EndpointPorts {
  readonly context: ServiceContext;
  readonly endpoints: Collection<EndpointDocument>;
  /** Resolves when lists show what was appended at this position. */
  readonly shown: (position: number) => Promise<void>;
}

const secretBytes = 32;
/** Subscriptions a key may have at a time; requests that race may pass it by a few. */
const endpointsMax = 100;

/** A page of a list; a cursor of another list is the caller's mistake. */
export const findPage = async <D extends Readonly<Record<string, unknown>>>(
  collection: Collection<D>,
  query: FindQuery,
): Promise<Page<D>> => {
  try {
    return await collection.find(query);
  } catch (error) {
    if (error instanceof InvalidCursor) return refuse('invalid_request', { detail: 'The cursor is of another list.' });
    throw error;
  }
};

type Shown = Pick<EndpointState, 'events' | 'target' | 'disabledReason' | 'failingSince' | 'apiKeyId'>;

const resource = (id: string, state: Shown & { isEnabled: boolean; createdAt: string }): WebhookResource => ({
  id,
  events: [...state.events],
  url: state.target.url,
  enabled: state.isEnabled,
  disabled_reason: state.disabledReason,
  failing_since: state.failingSince,
  created_at: state.createdAt,
  api_key_id: state.apiKeyId,
});

export interface OwnEndpoint {
  readonly state: EndpointState;
  readonly createdAt: string;
}

/** The actor's endpoint as its stream tells; refuses what is absent, deleted or somebody else's. */
export const ownEndpoint = async ({ store }: ServiceContext, id: string, actor: Actor): Promise<OwnEndpoint> => {
  const { commits } = await store.load<EndpointEvent>(endpointStream(id));
  const state = fold(endpointDecider, commits);
  const isGone = state.status === 'absent' || state.status === 'deleted';
  if (isGone || !maySee(actor, state.apiKeyId)) return refuse('webhook_not_found');
  return { state, createdAt: commits[0]?.occurredAt ?? '' };
};

/** What the webhook service answers about subscriptions. */
export const endpointRequests = ({ context, endpoints, shown }: EndpointPorts): RequestHandlers => {
  const seal = (value: string, purpose: string): Promise<string> => context.secrets.seal(value, { purpose });
  const sealUrl = async (url: string): Promise<Pick<WebhookTarget, 'url' | 'urlSecret'>> => {
    const redacted = redactUrl(url);
    return { url: redacted, urlSecret: redacted === url ? null : await seal(url, 'url') };
  };
  const sealHeaders = async (headers: Record<string, string>): Promise<string | null> =>
    Object.keys(headers).length === 0 ? null : seal(JSON.stringify(headers), 'webhook-headers');
  const newSecret = (): string => formatSecret(randomBytes(secretBytes));

  const decide = commander(context, endpointDecider, endpointStream);
  const execute = async (command: EndpointCommand, { origin }: Actor, assumeNew = false) => {
    const { webhookId, by, now } = command;
    const { state, commit } = await decide(webhookId, command, { occurredAt: now, causationId: by, origin, assumeNew });
    if (commit) await shown(commit.position);
    return { state, isDone: commit !== null };
  };
  const commandOf = (webhookId: string, { keyId }: Actor) => ({ webhookId, by: keyId, now: context.now() });

  const refuseTooMany = async (id: string, { keyId }: Actor): Promise<void> => {
    const query = { where: { apiKeyId: keyId }, sort: 'createdAt', limit: endpointsMax };
    const { documents } = await endpoints.find(query);
    // A repeat is answered as before: the subscription may be one of the hundred.
    if (documents.length === endpointsMax && documents.every((document) => document.id !== id))
      refuse('webhook_limit_reached', { limit: endpointsMax });
  };

  return {
    'webhook.subscribe': async ({ id, actor, webhook }) => {
      await refuseTooMany(id, actor);
      const secret = webhook.secret ?? newSecret();
      const command = {
        ...commandOf(id, actor),
        type: 'SubscribeEndpoint',
        apiKeyId: actor.keyId,
        events: webhook.events,
        target: { ...(await sealUrl(webhook.url)), headersSecret: await sealHeaders(webhook.headers) },
        signingSecret: await seal(secret, 'webhook-secret'),
      } as const;
      const { isDone } = await execute(command, actor, true);
      if (isDone) return { id, secret, createdAt: command.now };
      return { id, secret: null, createdAt: (await ownEndpoint(context, id, actor)).createdAt };
    },
    'webhook.list': async ({ actor, limit, cursor }) => {
      const query = { where: visibleTo(actor), sort: 'createdAt', descending: true, after: cursor ?? undefined, limit };
      const { documents, next } = await findPage(endpoints, query);
      return { data: documents.map(({ id, document }) => resource(id, document)), next };
    },
    'webhook.get': async ({ id, actor }) => {
      const { state, createdAt } = await ownEndpoint(context, id, actor);
      return resource(id, { ...state, isEnabled: state.status === 'enabled', createdAt });
    },
    'webhook.update': async ({ id, actor, change }) => {
      const { state, createdAt } = await ownEndpoint(context, id, actor);
      const target = {
        ...state.target,
        ...(change.url !== null && (await sealUrl(change.url))),
        ...(change.headers !== null && { headersSecret: await sealHeaders(change.headers) }),
      };
      const by = commandOf(id, actor);
      const update = { ...by, type: 'UpdateEndpoint', events: change.events ?? undefined, target } as const;
      let { state: after } = await execute(update, actor);
      if (change.enabled === true) ({ state: after } = await execute({ ...by, type: 'EnableEndpoint' }, actor));
      if (change.enabled === false)
        ({ state: after } = await execute({ ...by, type: 'DisableEndpoint', reason: 'user' }, actor));
      return resource(id, { ...after, isEnabled: after.status === 'enabled', createdAt });
    },
    'webhook.delete': async ({ id, actor }) => {
      const { state } = await ownEndpoint(context, id, actor);
      await execute({ ...commandOf(id, actor), type: 'DeleteEndpoint' }, actor);
      const { urlSecret, headersSecret } = state.target;
      const refs = [urlSecret, headersSecret, ...state.signingSecrets.map(({ ref }) => ref)];
      await Promise.all(refs.map((ref) => ref && context.secrets.delete(ref)));
      return { deleted: true };
    },
    'webhook.rotate-secret': async ({ id, actor, secret: given }) => {
      await ownEndpoint(context, id, actor);
      const secret = given ?? newSecret();
      const signingSecret = await seal(secret, 'webhook-secret');
      const command = { ...commandOf(id, actor), type: 'RotateEndpointSecret', signingSecret } as const;
      await execute(command, actor);
      return { secret, previousUntil: new Date(Date.parse(command.now) + rotationOverlapMs).toISOString() };
    },
    'webhook.verify': async (received) => verifyCall({ ...received, now: context.now() }),
    'webhook.signing-secret': async ({ actor }) => ({ secret: tenantSecret(context, actor.keyId) }),
  };
};
