import { webhookCalls as calls, webhookEventNames } from '@ffapi/contracts';
import type { JsonSchema, SchemaCollector } from './json-schema.ts';

export interface WebhookCall {
  readonly event: (typeof webhookEventNames)[number];
  readonly summary: string;
  readonly body: JsonSchema;
  readonly example: JsonSchema;
}

/** Every webhook event with the JSON Schema of its body and an example. */
export const webhookCalls = ({ schemaOf }: SchemaCollector): WebhookCall[] =>
  webhookEventNames.map((event) => ({
    event,
    summary: calls[event].summary,
    body: {
      type: 'object',
      properties: {
        event: { type: 'string', const: event },
        timestamp: { type: 'string', format: 'date-time', description: 'When it happened; the same in every attempt.' },
        data: schemaOf(calls[event].data, 'output'),
        signature: {
          type: 'string',
          description: 'sha256=…: HMAC-SHA256 over the RFC 8785 form of the body without this member.',
        },
      },
      required: ['event', 'timestamp', 'data', 'signature'],
    },
    example: {
      event,
      timestamp: '2026-01-01T00:00:09.000Z',
      data: calls[event].example,
      signature: 'sha256=5f0a2c6d2f0c1e8b7a9d3e4f5061728394a5b6c7d8e9f00112233445566778899',
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
