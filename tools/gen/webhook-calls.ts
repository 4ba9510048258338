import { jobErrorResource, jobStatus, mediaResource, webhookEventNames, type WebhookEventName } from '@ffapi/contracts';
import { z } from 'zod';
import type { JsonSchema, SchemaCollector } from './json-schema.ts';

const time = z.iso.datetime();

const file = z.strictObject({
  file_id: z.string(),
  name: z.string(),
  url: z.string(),
  download_url: z.string().describe('Signed anew for every attempt; needs no key.'),
  size_bytes: z.int(),
  sha256: z.string(),
  content_type: z.string(),
  media: mediaResource.nullable(),
});

const jobCall = z
  .looseObject({
    job_id: z.string(),
    type: z.string(),
    status: jobStatus,
    output_file: z.string().nullable(),
    download_url: z.string().nullable().describe('Of the first output.'),
    duration_ms: z.int().nullable(),
    created_at: time,
    completed_at: time.nullable(),
    outputs: z.array(file),
    result: z.unknown(),
    warnings: z.array(z.string()),
    error: jobErrorResource.nullable(),
    metadata: z.record(z.string(), z.unknown()),
    status_url: z.string(),
    retry_of: z.string().nullable(),
  })
  .meta({ id: 'JobCall', description: 'What a call about a job tells.' });

const fileCall = z
  .looseObject({ file_id: z.string(), name: z.string() })
  .meta({ id: 'FileCall', description: 'What a call about a file tells.' });

const otherCall = z.looseObject({}).meta({ id: 'OtherCall', description: 'What the event is about.' });

const dataOf = (event: WebhookEventName): z.ZodType => {
  if (event.startsWith('job.')) return jobCall;
  return event.startsWith('file.') ? fileCall : otherCall;
};

const told: Readonly<Record<(typeof webhookEventNames)[number], string>> = {
  'job.created': 'A job was accepted.',
  'job.started': 'The first attempt of the first step of a job has begun.',
  'job.progress': 'How far a job is; at most every 5 s, best effort, never repeated.',
  'job.completed': 'A job has made its outputs; they can be downloaded.',
  'job.failed': 'A job has failed for good.',
  'job.cancelled': 'A job was cancelled.',
  'file.uploaded': 'A file was uploaded.',
  'file.created': 'A job has stored a file.',
  'file.deleted': 'A file was deleted, by someone or after its retention.',
  'storage.quota_exceeded': 'Reserved for quotas: can be subscribed to, is not sent by this version.',
  'quota.warning': 'Reserved for quotas: can be subscribed to, is not sent by this version.',
  'batch.completed': 'Reserved for batches: can be subscribed to, is not sent by this version.',
  'workflow.completed': 'Reserved for workflows: can be subscribed to, is not sent by this version.',
};

export interface WebhookCall {
  readonly event: (typeof webhookEventNames)[number];
  readonly summary: string;
  readonly body: JsonSchema;
}

/** Every webhook event with the JSON Schema of its body. */
export const webhookCalls = ({ schemaOf }: SchemaCollector): WebhookCall[] =>
  webhookEventNames.map((event) => ({
    event,
    summary: told[event],
    body: {
      type: 'object',
      properties: {
        event: { type: 'string', const: event },
        timestamp: { type: 'string', format: 'date-time', description: 'When it happened; the same in every attempt.' },
        data: schemaOf(dataOf(event), 'output'),
        signature: {
          type: 'string',
          description: 'sha256=…: HMAC-SHA256 over the RFC 8785 form of the body without this member.',
        },
      },
      required: ['event', 'timestamp', 'data', 'signature'],
    },
  }));

/** The headers that identify and sign a call. */
export const webhookHeaders: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'webhook-id', description: 'The delivery; the same in every attempt, so that repeats can be dropped.' },
  { name: 'webhook-timestamp', description: 'Unix seconds of this attempt; refuse what is older than five minutes.' },
  {
    name: 'webhook-signature',
    description: 'Standard Webhooks: v1,<base64 HMAC-SHA256 over id.timestamp.body>, one per secret in force.',
  },
  { name: 'x-ffapi-signature', description: 'sha256=<hex HMAC-SHA256 over the bytes sent>.' },
];
