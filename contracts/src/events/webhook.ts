import { z } from 'zod';
import { sized } from '../kernel/blob-ref.ts';
import { defineAggregate, type EventOf } from '../kernel/aggregate.ts';
import { idOf } from '../kernel/ids.ts';

/** What can be subscribed to. */
export const webhookEventNames = [
  'job.created',
  'job.started',
  'job.progress',
  'job.completed',
  'job.failed',
  'job.cancelled',
  'file.uploaded',
  'file.created',
  'file.deleted',
  'storage.quota_exceeded',
  'quota.warning',
  'batch.completed',
  'workflow.completed',
] as const;

/** Sent on request alone, to try an endpoint. */
export const webhookTestEvent = 'webhook.test';

export const webhookEventName = z.enum([...webhookEventNames, webhookTestEvent]);
export type WebhookEventName = z.infer<typeof webhookEventName>;

const groups = [...new Set(webhookEventNames.map((name) => name.split('.')[0]))];

/** A name, all names of a group (`job.*`), or all (`*`). */
export const webhookFilter = z
  .string()
  .refine(
    (filter) => ['*', ...groups.map((group) => `${group}.*`), ...webhookEventNames].includes(filter),
    `must be *, ${groups.map((group) => `${group}.*`).join(', ')} or one of: ${webhookEventNames.join(', ')}`,
  );

/** Where calls go: the URL without user-info and query, the whole URL and the headers as references to secrets. */
export const webhookTarget = z.strictObject({
  url: z.string(),
  urlSecret: z.string().nullable(),
  headersSecret: z.string().nullable(),
});
export type WebhookTarget = z.infer<typeof webhookTarget>;

const ofEndpoint = { webhookId: idOf('whk') };

export const endpointAggregate = defineAggregate({
  kind: 'endpoint',
  stream: '{webhookId}',
  parts: { webhookId: 'The subscription.' },
  describes: 'A webhook subscription.',
  events: {
    EndpointSubscribed: {
      1: z.strictObject({
        ...ofEndpoint,
        apiKeyId: z.string(),
        events: z.array(webhookFilter).min(1),
        target: webhookTarget,
        signingSecret: z.string().describe('A reference, as all secrets here.'),
      }),
    },
    EndpointUpdated: {
      1: z.strictObject({
        ...ofEndpoint,
        events: z.array(webhookFilter).min(1).optional(),
        target: webhookTarget.optional(),
        by: z.string(),
      }),
    },
    EndpointSecretRotated: {
      1: z.strictObject({
        ...ofEndpoint,
        signingSecret: z.string(),
        /** Until then calls carry signatures of both secrets. */
        previousUntil: z.iso.datetime(),
        by: z.string(),
      }),
    },
    EndpointDisabled: {
      1: z.strictObject({ ...ofEndpoint, reason: z.enum(['user', 'gone', 'failing']), by: z.string() }),
    },
    EndpointEnabled: { 1: z.strictObject({ ...ofEndpoint, by: z.string() }) },
    /** Repeats fail, and no call has succeeded since. */
    EndpointFailing: { 1: z.strictObject({ ...ofEndpoint, since: z.iso.datetime() }) },
    /** A call has succeeded again. */
    EndpointRecovered: { 1: z.strictObject(ofEndpoint) },
    EndpointDeleted: { 1: z.strictObject({ ...ofEndpoint, by: z.string() }) },
  },
});
export type EndpointEvent = EventOf<typeof endpointAggregate>;

export const endpointStream = endpointAggregate.streamOf;

/** pending: an attempt is due or planned. */
export const deliveryStatus = z.enum(['pending', 'succeeded', 'exhausted']);
export type DeliveryStatus = z.infer<typeof deliveryStatus>;

const ofDelivery = { deliveryId: idOf('dlv') };

export const deliveryAttempt = z.strictObject({
  attempt: z.int().min(1),
  /** HTTP status; `null` when there was no answer. */
  status: z.int().nullable(),
  durationMs: z.int().min(0),
  /** At most 4 KiB; control characters are written as escapes. */
  responseBodyExcerpt: z.string().max(4096),
  responseHeaders: z.record(z.string(), z.string()).optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

export const exhaustedReason = z.enum(['attempts', 'gone', 'endpoint_disabled', 'endpoint_deleted']);
export type ExhaustedReason = z.infer<typeof exhaustedReason>;

/** What a call tells: kept without signed URLs, which are made anew for every attempt. */
export const webhookData = z.record(z.string(), z.unknown());
export type WebhookData = z.infer<typeof webhookData>;

export const deliveryAggregate = defineAggregate({
  kind: 'delivery',
  stream: '{deliveryId}',
  parts: { deliveryId: 'The delivery.' },
  describes: 'One webhook call and its attempts.',
  events: {
    DeliveryScheduled: {
      1: z.strictObject({
        ...ofDelivery,
        /** `null`: the job's own webhook_url. */
        webhookId: idOf('whk').nullable(),
        apiKeyId: z.string(),
        event: webhookEventName,
        /** When the event happened; the same in every attempt. */
        timestamp: z.iso.datetime(),
        jobId: idOf('job').nullable(),
        target: webhookTarget,
        payload: sized(webhookData),
        dueAt: z.iso.datetime(),
      }),
    },
    DeliveryAttempted: {
      1: z.strictObject({ ...ofDelivery, ...deliveryAttempt.shape, nextAttemptAt: z.iso.datetime().nullable() }),
    },
    DeliverySucceeded: { 1: z.strictObject({ ...ofDelivery, attempt: z.int().min(1) }) },
    DeliveryExhausted: { 1: z.strictObject({ ...ofDelivery, attempts: z.int().min(0), reason: exhaustedReason }) },
    /** Someone asked for it again: a new round of attempts under the same id. */
    DeliveryRescheduled: { 1: z.strictObject({ ...ofDelivery, dueAt: z.iso.datetime(), by: z.string() }) },
  },
});
export type DeliveryEvent = EventOf<typeof deliveryAggregate>;

export const deliveryStream = deliveryAggregate.streamOf;
