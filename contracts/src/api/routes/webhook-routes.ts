import { z } from 'zod';
import { deliveryStatus, webhookEventName, webhookFilter } from '../../events/webhook.ts';
import { pathParam } from '../path-param.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { headerMap } from '../submit.ts';
import {
  deliveryDetail,
  deliveryResource,
  webhookCreated,
  webhookResource,
  webhookSecret,
  webhookTestResult,
  webhookVerdict,
} from '../webhook-resources.ts';
import { paging } from './query.ts';

const webhookId = { id: pathParam.webhook };
const deliveryId = { id: pathParam.delivery };
const filters = z.array(webhookFilter).min(1).max(32);
const endpointUrl = z.url({ protocol: /^https?$/ }).max(4096);

const ownHeaders =
  /^(webhook-|x-ffapi-|content-|proxy-)|^(host|connection|transfer-encoding|expect|te|trailer|upgrade|keep-alive|user-agent)$/i;
const sentAlong = headerMap
  .refine((map) => Object.keys(map).length <= 32, 'at most 32 headers')
  .refine(
    (map) => !Object.keys(map).some((name) => ownHeaders.test(name)),
    'webhook-*, x-ffapi-*, content-*, proxy-*, user-agent, host and what frames the message are set by the platform',
  )
  .describe('Sent along with every call; kept encrypted, never shown again.');

/** Any text of a length, or `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks). */
const signingSecret = z
  .string()
  .min(16)
  .max(256)
  .refine(
    (secret) => !secret.startsWith('whsec_') || /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(secret),
    'whsec_ is followed by 24 to 64 bytes in base64',
  )
  .describe('Made for you when absent.');

export const webhookRoutes = {
  subscribe: defineRoute({
    id: 'subscribe_webhook',
    method: 'POST',
    path: '/webhooks/subscribe',
    tag: 'webhooks',
    summary: 'Has events sent to a URL, signed.',
    access: 'webhooks:manage',
    body: z.strictObject({
      events: filters,
      url: endpointUrl,
      secret: signingSecret.optional(),
      headers: sentAlong.optional(),
    }),
    isIdempotent: true,
    success: 201,
    response: webhookCreated,
    errors: ['invalid_request', 'url_refused', 'idempotency_key_reused', 'webhook_limit_reached'],
  }),
  list: defineRoute({
    id: 'list_webhooks',
    method: 'GET',
    path: '/webhooks',
    tag: 'webhooks',
    summary: 'Subscriptions.',
    access: 'webhooks:manage',
    query: z.strictObject(paging),
    success: 200,
    response: pageOf(webhookResource),
    errors: ['invalid_request'],
  }),
  get: defineRoute({
    id: 'get_webhook',
    method: 'GET',
    path: '/webhooks/{id}',
    tag: 'webhooks',
    summary: 'One subscription.',
    access: 'webhooks:manage',
    params: webhookId,
    success: 200,
    response: webhookResource,
    errors: ['webhook_not_found'],
  }),
  update: defineRoute({
    id: 'update_webhook',
    method: 'PATCH',
    path: '/webhooks/{id}',
    tag: 'webhooks',
    summary: 'Changes a subscription; what is left out stays. `enabled: true` also ends a streak of failures.',
    access: 'webhooks:manage',
    params: webhookId,
    body: z.strictObject({
      events: filters.optional(),
      url: endpointUrl.optional(),
      headers: sentAlong.optional().describe('In place of all headers given before; {} sends none.'),
      enabled: z.boolean().optional(),
    }),
    success: 200,
    response: webhookResource,
    errors: ['invalid_request', 'url_refused', 'webhook_not_found'],
  }),
  remove: defineRoute({
    id: 'delete_webhook',
    method: 'DELETE',
    path: '/webhooks/{id}',
    tag: 'webhooks',
    summary: 'Ends a subscription.',
    access: 'webhooks:manage',
    params: webhookId,
    success: 204,
    answers: 'nothing',
    errors: ['webhook_not_found'],
  }),
  rotateSecret: defineRoute({
    id: 'rotate_webhook_secret',
    method: 'POST',
    path: '/webhooks/{id}/rotate-secret',
    tag: 'webhooks',
    summary: 'Gives a new signing secret; calls are signed with both for 24 hours.',
    access: 'webhooks:manage',
    params: webhookId,
    body: z.strictObject({ secret: signingSecret.optional() }).optional(),
    success: 200,
    response: webhookSecret,
    errors: ['invalid_request', 'webhook_not_found'],
  }),
  test: defineRoute({
    id: 'test_webhook',
    method: 'POST',
    path: '/webhooks/{id}/test',
    tag: 'webhooks',
    summary: 'Calls the URL now, signed, once, and tells what came back. Works while it is disabled, too.',
    access: 'webhooks:manage',
    params: webhookId,
    success: 200,
    response: webhookTestResult,
    errors: ['webhook_not_found'],
  }),
  deliveries: defineRoute({
    id: 'list_deliveries',
    method: 'GET',
    path: '/webhooks/deliveries',
    tag: 'webhooks',
    summary: 'What was sent, and what came back. `status=exhausted`: what was given up.',
    access: 'webhooks:manage',
    query: z.strictObject({
      url: z.string().max(4096).optional().describe('User name, password and query are not compared.'),
      job_id: z.string().max(128).optional(),
      status: deliveryStatus.optional(),
      event: webhookEventName.optional(),
      ...paging,
    }),
    success: 200,
    response: pageOf(deliveryResource),
    errors: ['invalid_request'],
  }),
  delivery: defineRoute({
    id: 'get_delivery',
    method: 'GET',
    path: '/webhooks/deliveries/{id}',
    tag: 'webhooks',
    summary: 'One call: what was sent and every attempt.',
    access: 'webhooks:manage',
    params: deliveryId,
    success: 200,
    response: deliveryDetail,
    errors: ['delivery_not_found'],
  }),
  retryDelivery: defineRoute({
    id: 'retry_delivery',
    method: 'POST',
    path: '/webhooks/deliveries/{id}/retry',
    tag: 'webhooks',
    summary: 'Sends a call again, now, under the same webhook-id; attempts are counted anew.',
    access: 'webhooks:manage',
    params: deliveryId,
    success: 202,
    response: deliveryResource,
    errors: ['delivery_not_found', 'webhook_not_enabled'],
  }),
  verify: defineRoute({
    id: 'verify_webhook',
    method: 'POST',
    path: '/webhooks/verify',
    tag: 'webhooks',
    summary: 'Says whether a call that you received is genuine. Nothing of it is kept.',
    access: 'webhooks:manage',
    body: z.strictObject({
      body: z.string().describe('The bytes received, as text.'),
      headers: z.record(z.string(), z.string()).describe('As received; names in any case of letters.'),
      secret: z.string().min(1).max(256),
    }),
    success: 200,
    response: webhookVerdict,
    errors: ['invalid_request'],
  }),
  signingSecret: defineRoute({
    id: 'webhook_signing_secret',
    method: 'GET',
    path: '/webhooks/signing-secret',
    tag: 'webhooks',
    summary: 'The secret that signs calls to a job’s own webhook_url.',
    access: 'webhooks:manage',
    success: 200,
    response: z.strictObject({ secret: z.string() }),
  }),
} satisfies Record<string, Route>;
