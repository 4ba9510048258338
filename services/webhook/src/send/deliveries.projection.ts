import {
  deliveryAggregate,
  type DeliveryAttempt,
  type DeliveryEvent,
  type DeliveryStatus,
  type ExhaustedReason,
  type Sized,
  type WebhookData,
  type WebhookEventName,
  type WebhookTarget,
} from '@ffapi/contracts';
import type { ProjectedEvent, Projection } from '@ffapi/es';

export type DeliveryDocument = {
  readonly deliveryId: string;
  readonly webhookId: string | null;
  readonly apiKeyId: string;
  readonly event: WebhookEventName;
  readonly timestamp: string;
  readonly jobId: string | null;
  readonly url: string;
  readonly target: WebhookTarget;
  readonly payload: Sized<WebhookData>;
  /** Calls to one receiver share a lane. */
  readonly receiver: string;
  readonly status: DeliveryStatus;
  readonly exhaustedReason: ExhaustedReason | null;
  /** Next attempt; for a delivery that is over, a time that never comes, so that the due index stays short. */
  readonly dueAt: string;
  readonly attempts: readonly (DeliveryAttempt & { readonly at: string })[];
  readonly createdAt: string;
  readonly traceparent: string | null;
};

/** Calls to one subscription wait for each other and for nobody else; so do those to the URLs of jobs at one origin. */
const receiverOf = (webhookId: string | null, apiKeyId: string, url: string): string =>
  webhookId ?? `${apiKeyId} ${new URL(url).origin}`;

const never = '9999-12-31T23:59:59.999Z';
const attemptsShown = 20;

const evolve = (
  before: DeliveryDocument | null,
  { event, occurredAt, traceparent }: ProjectedEvent<DeliveryEvent>,
): DeliveryDocument | null => {
  if (event.type === 'DeliveryScheduled') {
    const { target, dueAt, ...data } = event.data;
    return {
      ...data,
      target,
      url: target.url,
      receiver: receiverOf(data.webhookId, data.apiKeyId, target.url),
      status: 'pending',
      exhaustedReason: null,
      dueAt,
      attempts: [],
      createdAt: occurredAt,
      traceparent: traceparent ?? null,
    };
  }
  if (before === null) return null;
  switch (event.type) {
    case 'DeliveryAttempted': {
      const { deliveryId: _, nextAttemptAt, ...attempt } = event.data;
      return {
        ...before,
        dueAt: nextAttemptAt ?? never,
        attempts: [...before.attempts, { ...attempt, at: occurredAt }].slice(-attemptsShown),
      };
    }
    case 'DeliverySucceeded':
      return { ...before, status: 'succeeded', dueAt: never };
    case 'DeliveryExhausted':
      return { ...before, status: 'exhausted', exhaustedReason: event.data.reason, dueAt: never };
    case 'DeliveryRescheduled':
      return { ...before, status: 'pending', exhaustedReason: null, dueAt: event.data.dueAt };
  }
};

/** What was sent, what is to be sent, and when. */
export const deliveries: Projection<DeliveryEvent, DeliveryDocument> = {
  name: 'deliveries',
  version: 2,
  streams: [deliveryAggregate.pattern],
  indexes: [
    { where: ['status'], sort: 'dueAt' },
    { where: ['receiver', 'status'], sort: 'dueAt' },
    { where: [], sort: 'createdAt' },
    { where: ['apiKeyId'], sort: 'createdAt' },
    { where: ['jobId'], sort: 'createdAt' },
    { where: ['status'], sort: 'createdAt' },
    { where: ['event'], sort: 'createdAt' },
    { where: ['url'], sort: 'createdAt' },
  ],
  keys: ({ event }) => [event.data.deliveryId],
  evolve,
};
