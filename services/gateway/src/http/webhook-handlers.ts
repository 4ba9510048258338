import type { ServiceContext } from '@ffapi/service-kit';
import { refuseUrl } from './refuse-url.ts';
import type { Call, Handlers } from './server.ts';

interface Subscribe {
  readonly events: string[];
  readonly url: string;
  readonly secret?: string;
  readonly headers?: Record<string, string>;
}

const actorOf = ({ caller: { keyId, isAdmin } }: Call) => ({ keyId, isAdmin });
const pageOf = ({ data, next }: { data: unknown[]; next: string | null }) => ({
  body: { data, has_more: next !== null, next_cursor: next },
});

export const webhookHandlers = (context: ServiceContext): Handlers => ({
  subscribe_webhook: async (call) => {
    const { events, url, secret, headers } = call.body as Subscribe;
    refuseUrl(context, url, 'url');
    const id = context.newId('whk');
    const made = await context.request('webhook.subscribe', {
      id,
      actor: actorOf(call),
      webhook: { events, url, secret: secret ?? null, headers: headers ?? {} },
    });
    return {
      status: 201,
      headers: { location: `/webhooks/${id}` },
      body: { id, events, url, secret: made.secret, created_at: made.createdAt, enabled: true },
    };
  },
  list_webhooks: async (call) =>
    pageOf(
      await context.request('webhook.list', {
        actor: actorOf(call),
        limit: Number(call.query.limit ?? 50),
        cursor: (call.query.cursor as string | undefined) ?? null,
      }),
    ),
  delete_webhook: async (call) => {
    await context.request('webhook.delete', { id: call.params.id ?? '', actor: actorOf(call) });
    return { status: 204 };
  },
  list_deliveries: async (call) => {
    const { url, job_id, status, event, limit, cursor } = call.query as Record<string, string | undefined>;
    const ask = {
      actor: actorOf(call),
      url: url ?? null,
      jobId: job_id ?? null,
      status: status ?? null,
      event: event ?? null,
      limit: Number(limit ?? 50),
      cursor: cursor ?? null,
    };
    return pageOf(await context.request('webhook.deliveries', ask));
  },
  webhook_signing_secret: async (call) => ({
    body: await context.request('webhook.signing-secret', { actor: actorOf(call) }),
  }),
});
