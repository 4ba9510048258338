import type { DeliveryStatus } from '@ffapi/contracts';
import type { ServiceContext } from '@ffapi/service-kit';
import { actorOf } from './caller.ts';
import { replayed, underClaim, type Idempotency } from './idempotency.ts';
import { refuseUrl } from './refuse-url.ts';
import type { Call, Handlers } from './server.ts';

interface Subscribe {
  readonly events: string[];
  readonly url: string;
  readonly secret?: string;
  readonly headers?: Record<string, string>;
}
type Update = Partial<Omit<Subscribe, 'secret'>> & { readonly enabled?: boolean };
interface Received {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly secret: string;
}

/** A receiver may take 15 s to answer a test. */
const testMsMax = 20_000;

const idOf = ({ params }: Call): string => params.id ?? '';
const pagingOf = ({ query }: Call) => ({
  limit: Number(query.limit ?? 50),
  cursor: (query.cursor as string | undefined) ?? null,
});
const pageOf = ({ data, next }: { data: readonly unknown[]; next: string | null }) => ({
  body: { data, has_more: next !== null, next_cursor: next },
});

const endpointHandlers = (context: ServiceContext, idempotency: Idempotency): Handlers => ({
  subscribe_webhook: async (call) => {
    const { events, url, secret = null, headers = {} } = call.body as Subscribe;
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
    pageOf(await context.request('webhook.list', { actor: actorOf(call.caller), ...pagingOf(call) })),
  get_webhook: async (call) => ({
    body: await context.request('webhook.get', { id: idOf(call), actor: actorOf(call.caller) }),
  }),
  update_webhook: async (call) => {
    const { events = null, url = null, headers = null, enabled = null } = call.body as Update;
    if (url !== null) refuseUrl(context, url, 'url');
    const ask = { id: idOf(call), actor: actorOf(call.caller), change: { events, url, headers, enabled } };
    return { body: await context.request('webhook.update', ask) };
  },
  delete_webhook: async (call) => {
    await context.request('webhook.delete', { id: idOf(call), actor: actorOf(call.caller) });
    return {};
  },
  rotate_webhook_secret: async (call) => {
    const { secret: given = null } = (call.body ?? {}) as { secret?: string };
    const ask = { id: idOf(call), actor: actorOf(call.caller), secret: given };
    const { secret, previousUntil } = await context.request('webhook.rotate-secret', ask);
    return { body: { id: idOf(call), secret, previous_valid_until: previousUntil } };
  },
  test_webhook: async (call) => ({
    body: await context.request('webhook.test', { id: idOf(call), actor: actorOf(call.caller) }, testMsMax),
  }),
});

const deliveryHandlers = (context: ServiceContext): Handlers => ({
  list_deliveries: async (call) => {
    const { url = null, job_id: jobId = null, status = null, event = null } = call.query as Record<string, string>;
    const filters = { url, jobId, status: status as DeliveryStatus | null, event };
    return pageOf(
      await context.request('webhook.deliveries', { actor: actorOf(call.caller), ...filters, ...pagingOf(call) }),
    );
  },
  get_delivery: async (call) => ({
    body: await context.request('webhook.delivery', { id: idOf(call), actor: actorOf(call.caller) }),
  }),
  retry_delivery: async (call) => {
    const body = await context.request('webhook.retry-delivery', { id: idOf(call), actor: actorOf(call.caller) });
    return { headers: { location: `/webhooks/deliveries/${idOf(call)}` }, body };
  },
});

/** Subscriptions, their deliveries, and what helps a receiver to check signatures. */
export const webhookHandlers = (context: ServiceContext, idempotency: Idempotency): Handlers => ({
  ...endpointHandlers(context, idempotency),
  ...deliveryHandlers(context),
  verify_webhook: async (call) => ({ body: await context.request('webhook.verify', call.body as Received) }),
  webhook_signing_secret: async (call) => ({
    body: await context.request('webhook.signing-secret', { actor: actorOf(call.caller) }),
  }),
});
