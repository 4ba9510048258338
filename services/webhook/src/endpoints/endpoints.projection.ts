import { endpointAggregate, type EndpointEvent, type WebhookTarget } from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';
import { endpointDecider, type SigningSecret } from './endpoint.decider.ts';

export type EndpointDocument = {
  readonly webhookId: string;
  readonly apiKeyId: string;
  readonly events: readonly string[];
  readonly target: WebhookTarget;
  readonly signingSecrets: readonly SigningSecret[];
  readonly isEnabled: boolean;
  readonly disabledReason: 'user' | 'gone' | 'failing' | null;
  readonly failingSince: string | null;
  readonly createdAt: string;
  /** What happened before this position was before it. */
  readonly createdPosition: number;
};

const evolve = (
  before: EndpointDocument | null,
  { event, occurredAt, position }: ProjectedEvent<EndpointEvent>,
): EndpointDocument | null => {
  const state = endpointDecider.evolve(
    before ? { ...before, status: before.isEnabled ? 'enabled' : 'disabled' } : endpointDecider.initialState,
    event,
  );
  if (state.status === 'absent' || state.status === 'deleted') return null;
  const { apiKeyId, events, target, signingSecrets, disabledReason, failingSince } = state;
  return {
    webhookId: event.data.webhookId,
    apiKeyId,
    events,
    target,
    signingSecrets,
    isEnabled: state.status === 'enabled',
    disabledReason,
    failingSince,
    createdAt: before?.createdAt ?? occurredAt,
    createdPosition: before?.createdPosition ?? position,
  };
};

/** The subscriptions that are there. */
export const endpoints: Projection<EndpointEvent, EndpointDocument> = {
  name: 'endpoints',
  version: 3,
  streams: [endpointAggregate.pattern],
  indexes: [
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.webhookId],
  evolve,
};
