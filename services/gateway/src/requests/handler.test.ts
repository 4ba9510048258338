import { expect, it } from 'vitest';
import type { Handlers, HandlersFor, HandlersOf } from './handler.http.ts';
import type { webhookRoutes } from '@ffapi/contracts';

type Webhooks = HandlersOf<typeof webhookRoutes>;
const verdict = { valid: true, checked: null, reason: null, detail: '' };

it('a handler that is missing, misspelt or of another route does not compile', () => {
  const cancel: HandlersFor<'cancel_job'>['cancel_job'] = async () => undefined;
  // @ts-expect-error no route has this id
  const misspelt: HandlersFor<'cancel_job'> = { cancel_jobs: cancel };
  // @ts-expect-error one of two is missing
  const missing: HandlersFor<'cancel_job' | 'retry_job'> = { cancel_job: cancel };
  // @ts-expect-error the whole table lacks all others
  const total: Handlers = { cancel_job: cancel };
  // @ts-expect-error a route without an id in its path
  const foreign: HandlersFor<'list_jobs'> = { list_jobs: async ({ params }) => void params.id };
  expect([misspelt, missing, total, foreign]).toHaveLength(4);
});

it('a handler gets what its schemas parse, and nothing else', () => {
  const handlers: Pick<Webhooks, 'subscribe_webhook' | 'list_deliveries'> = {
    subscribe_webhook: async ({ body: { events, url, secret } }) => {
      const texts: string[] = [...events, url, secret ?? ''];
      // @ts-expect-error it may be left out
      const text: string = secret;
      return void [texts, text];
    },
    // @ts-expect-error the query has no such parameter
    list_deliveries: async ({ query: { limit, webhook_id } }) => void [limit?.toFixed(), webhook_id],
  };
  expect(Object.keys(handlers)).toHaveLength(2);
});

it('a handler answers what its route declares', () => {
  const right: HandlersFor<'verify_webhook'> = { verify_webhook: async () => ({ body: verdict }) };
  // @ts-expect-error it has more members
  const less: HandlersFor<'verify_webhook'> = { verify_webhook: async () => ({ body: { valid: true } }) };
  // @ts-expect-error JSON is answered with a body
  const none: HandlersFor<'verify_webhook'> = { verify_webhook: async () => ({ status: 200 }) };
  // @ts-expect-error nothing is answered
  const some: HandlersFor<'delete_webhook'> = { delete_webhook: async () => ({ body: verdict }) };
  expect([right, less, none, some]).toHaveLength(4);
});
