import { z } from 'zod';
import { deliveryStatus, webhookEventName, webhookFilter } from '../events/webhook.ts';

const time = z.iso.datetime();
const failure = z.strictObject({ code: z.string(), message: z.string() });

export const webhookResource = z
  .strictObject({
    id: z.string().describe('whk_…'),
    events: z.array(webhookFilter),
    url: z.string().describe('Without user name, password and query: they are kept as a secret.'),
    enabled: z.boolean(),
    disabled_reason: z
      .enum(['user', 'gone', 'failing'])
      .nullable()
      .describe('user: by request; gone: it answered 410; failing: five days without a success.'),
    failing_since: time.nullable().describe('Since when repeats fail without one success.'),
    created_at: time,
    api_key_id: z.string(),
  })
  .meta({ id: 'Webhook', description: 'A subscription: which events are sent where.' });
export type WebhookResource = z.infer<typeof webhookResource>;

export const webhookCreated = z
  .strictObject({
    id: z.string(),
    events: z.array(webhookFilter),
    url: z.string(),
    secret: z.string().nullable().describe('Signs the calls; shown this once: null in the answer to a repeat.'),
    created_at: time,
    enabled: z.literal(true),
  })
  .meta({ id: 'WebhookCreated', description: 'A new subscription with its secret.' });

export const webhookSecret = z
  .strictObject({
    id: z.string(),
    secret: z.string().describe('The new one; shown this once.'),
    previous_valid_until: time.describe('Until then calls are signed with both.'),
  })
  .meta({ id: 'WebhookSecret', description: 'A secret that has taken the place of another.' });

export const deliveryResource = z
  .strictObject({
    id: z.string().describe('dlv_…; sent as webhook-id with every attempt.'),
    webhook_id: z.string().nullable().describe('null: the job’s own webhook_url.'),
    job_id: z.string().nullable(),
    event: webhookEventName,
    url: z.string(),
    status: deliveryStatus.describe('exhausted: given up; it can be sent again.'),
    exhausted_reason: z.enum(['attempts', 'gone', 'endpoint_disabled', 'endpoint_deleted']).nullable(),
    response_status: z.int().nullable().describe('Of the newest attempt; null: no answer.'),
    attempt: z.int().describe('Attempts made.'),
    error: failure.nullable().describe('Why the newest attempt had no answer.'),
    delivered_at: time.nullable(),
    next_attempt_at: time.nullable(),
    created_at: time,
  })
  .meta({ id: 'Delivery', description: 'One call and how it went.' });
export type DeliveryResource = z.infer<typeof deliveryResource>;

export const attemptResource = z
  .strictObject({
    attempt: z.int(),
    at: time,
    status: z.int().nullable().describe('HTTP status; null: no answer.'),
    duration_ms: z.int(),
    response_headers: z.record(z.string(), z.string()),
    response_body: z.string().describe('At most 4 KiB; control characters are written as escapes.'),
    error: failure.nullable(),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One try of a call.' });
export type AttemptResource = z.infer<typeof attemptResource>;

export const deliveryDetail = z
  .strictObject({
    ...deliveryResource.shape,
    request: z.strictObject({
      method: z.literal('POST'),
      headers: z.record(z.string(), z.string()).describe('As sent; signatures and values of yours are left out.'),
      body: z
        .record(z.string(), z.unknown())
        .nullable()
        .describe('As sent; signature and signed links are left out. null: too large to show.'),
    }),
    response_headers: z.record(z.string(), z.string()).nullable(),
    response_body: z.string().nullable(),
    attempts: z.array(attemptResource).describe('Oldest first; the newest twenty.'),
  })
  .meta({ id: 'DeliveryDetail', description: 'One call: what was sent and what came back, try by try.' });
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

export const webhookTestResult = z
  .strictObject({
    delivery_id: z.string(),
    is_success: z.boolean(),
    status: z.int().nullable(),
    duration_ms: z.int(),
    response_body: z.string(),
    error: failure.nullable(),
  })
  .meta({ id: 'WebhookTestResult', description: 'What happened to a test call.' });
export type WebhookTestResult = z.infer<typeof webhookTestResult>;

/** Why a call does not prove who sent it. */
export const verifyReason = z.enum([
  'header_missing',
  'secret_malformed',
  'signature_mismatch',
  'timestamp_invalid',
  'timestamp_too_new',
  'timestamp_too_old',
]);
export type VerifyReason = z.infer<typeof verifyReason>;

export const webhookVerdict = z
  .strictObject({
    valid: z.boolean(),
    checked: z
      .enum(['webhook-signature', 'x-ffapi-signature', 'signature'])
      .nullable()
      .describe('Which signature was looked at.'),
    reason: verifyReason.nullable(),
    detail: z.string().describe('The same for people.'),
  })
  .meta({ id: 'WebhookVerdict', description: 'Whether a call is genuine, and why not.' });
export type WebhookVerdict = z.infer<typeof webhookVerdict>;
