import { z } from 'zod';
import { webhookFilter } from '../../events/webhook.ts';
import { pageOf } from '../resources.ts';
import { defineRoute, type Route } from '../route.ts';
import { anything, paging } from './query.ts';

const webhookId = z.strictObject({ id: z.string().describe('whk_…') });

export const webhookRoutes = {
  subscribe: defineRoute({
    id: 'subscribe_webhook',
    method: 'POST',
    path: '/webhooks/subscribe',
    tag: 'webhooks',
    summary: 'Has events sent to a URL, signed.',
    access: 'key',
    body: z.strictObject({
      events: z.array(webhookFilter).min(1).max(32),
      url: z.url({ protocol: /^https?$/ }).max(4096),
      secret: z.string().min(16).max(256).optional(),
      headers: z.record(z.string(), z.string()).optional(),
    }),
    success: 201,
    response: anything,
    errors: ['invalid_request', 'url_refused'],
  }),
  list: defineRoute({
    id: 'list_webhooks',
    method: 'GET',
    path: '/webhooks',
    tag: 'webhooks',
    summary: 'Subscriptions.',
    access: 'key',
    query: z.strictObject(paging),
    success: 200,
    response: pageOf(anything),
  }),
  remove: defineRoute({
    id: 'delete_webhook',
    method: 'DELETE',
    path: '/webhooks/{id}',
    tag: 'webhooks',
    summary: 'Ends a subscription.',
    access: 'key',
    params: webhookId,
    success: 204,
    answers: 'nothing',
    errors: ['webhook_not_found'],
  }),
  deliveries: defineRoute({
    id: 'list_deliveries',
    method: 'GET',
    path: '/webhooks/deliveries',
    tag: 'webhooks',
    summary: 'What was sent, and what came back.',
    access: 'key',
    query: z.strictObject({
      url: z.string().optional(),
      job_id: z.string().optional(),
      status: z.enum(['pending', 'succeeded', 'exhausted']).optional(),
      event: z.string().optional(),
      ...paging,
    }),
    success: 200,
    response: pageOf(anything),
  }),
  signingSecret: defineRoute({
    id: 'webhook_signing_secret',
    method: 'GET',
    path: '/webhooks/signing-secret',
    tag: 'webhooks',
    summary: 'The secret that signs calls to a job’s own webhook_url.',
    access: 'key',
    success: 200,
    response: z.strictObject({ secret: z.string() }),
  }),
} satisfies Record<string, Route>;
