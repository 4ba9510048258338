import type { webhookRoutes } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { actorOf } from '../identity/index.ts';
import {
  pageBody,
  replayed,
  underClaim,
  type Idempotency,
  type CallWithId,
  type HandlersOf,
  type Slice,
} from '../requests/index.ts';
import { refuseUrl } from '../jobs/index.ts';

/** A receiver may take 15 s to answer a test. */
const testMsMax = 20_000;

type WebhookHandlers = HandlersOf<typeof webhookRoutes>;
type DeliveryRoute = 'list_deliveries' | 'get_delivery' | 'retry_delivery';
type SignatureRoute = 'verify_webhook' | 'webhook_signing_secret';

const askOf = ({ params: { id }, caller }: CallWithId) => ({ id, actor: actorOf(caller) });
const pagingOf = ({ limit = 50, cursor = null }: { readonly limit?: number; readonly cursor?: string | null }) => ({
  limit,
  cursor,
});
const pageOf = <T>({ data, next }: { readonly data: readonly T[]; readonly next: string | null }) => ({
  body: pageBody(data, next),
});

const endpointHandlers = (
  context: ServiceContext,
  idempotency: Idempotency,
): Omit<WebhookHandlers, DeliveryRoute | SignatureRoute> => ({
  subscribe_webhook: async (call) => {
    const { events, url, secret = null, headers = {} } = call.body;
    refuseUrl(context, url, 'url');
    const claim = await idempotency.claim(call, () => context.newId('whk'));
    const { resourceId: id } = claim;
    const ask = { id, actor: actorOf(call.caller), webhook: { events, url, secret, headers } };
    const made = await underClaim(claim, () => context.request('webhook.subscribe', ask));
    return {
      headers: { location: `/webhooks/${id}`, ...replayed(claim) },
      body: { id, events, url, secret: made.secret, created_at: made.createdAt, enabled: true },
    };
  },
  list_webhooks: async (call) =>
    pageOf(await context.request('webhook.list', { actor: actorOf(call.caller), ...pagingOf(call.query) })),
  get_webhook: async (call) => ({
    body: await context.request('webhook.get', askOf(call)),
  }),
  update_webhook: async (call) => {
    const { events = null, url = null, headers = null, enabled = null } = call.body;
    if (url !== null) refuseUrl(context, url, 'url');
    const ask = { ...askOf(call), change: { events, url, headers, enabled } };
    return { body: await context.request('webhook.update', ask) };
  },
  delete_webhook: async (call) => {
    await context.request('webhook.delete', askOf(call));
    return {};
  },
  rotate_webhook_secret: async (call) => {
    const ask = { ...askOf(call), secret: call.body?.secret ?? null };
    const { secret, previousUntil } = await context.request('webhook.rotate-secret', ask);
    return { body: { id: call.params.id, secret, previous_valid_until: previousUntil } };
  },
  test_webhook: async (call) => ({
    body: await context.request('webhook.test', askOf(call), testMsMax),
  }),
});

const deliveryHandlers = (context: ServiceContext): Pick<WebhookHandlers, DeliveryRoute> => ({
  list_deliveries: async (call) => {
    const { url = null, job_id: jobId = null, status = null, event = null } = call.query;
    const filters = { url, jobId, status, event };
    return pageOf(
      await context.request('webhook.deliveries', { actor: actorOf(call.caller), ...filters, ...pagingOf(call.query) }),
    );
  },
  get_delivery: async (call) => ({
    body: await context.request('webhook.delivery', askOf(call)),
  }),
  retry_delivery: async (call) => {
    const body = await context.request('webhook.retry-delivery', askOf(call));
    return { headers: { location: `/webhooks/deliveries/${call.params.id}` }, body };
  },
});

export interface WebhookPorts {
  readonly context: ServiceContext;
  readonly idempotency: Idempotency;
}

/** Subscriptions, their deliveries, and what helps a receiver to check signatures. */
export const openWebhooks = ({ context, idempotency }: WebhookPorts): Slice<WebhookHandlers> => ({
  handlers: {
    ...endpointHandlers(context, idempotency),
    ...deliveryHandlers(context),
    verify_webhook: async (call) => ({ body: await context.request('webhook.verify', call.body) }),
    webhook_signing_secret: async (call) => ({
      body: await context.request('webhook.signing-secret', { actor: actorOf(call.caller) }),
    }),
  },
});
