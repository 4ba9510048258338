import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { webhookRoutes } from '@ffapi/contracts';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './faults/client.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';
import { eventually } from './eventually.ts';

const apiKey = 'key_of_the_webhooks_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-webhooks-'));
const logFile = join(dir, 'platform.log');
const canary = 'canary-that-nobody-may-see-again';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

let platform: RunningPlatform;
let client: Client;
let server: Server;
let origin: string;
const received: Received[] = [];
const statuses = new Map<string, number>();

const receive: RequestListener = async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const path = request.url ?? '';
  received.push({ path, headers: request.headers as Record<string, string>, body });
  response.writeHead(statuses.get(path) ?? 200).end(`thanks for ${String(request.headers['x-mine'])}`);
};

const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  const settings = {
    FFAPI_DATA_DIR: join(dir, 'data'),
    SERVICES: 'storage,job,webhook,gateway',
    PORT: '0',
    ADMIN_API_KEY: apiKey,
    ALLOW_PRIVATE_IPS: 'true',
    MIN_FREE_SPACE_MB: '0',
    LOG_LEVEL: 'info',
  };
  platform = startPlatform({ ...settings, ...env }, logFile);
  client = new Client(await platform.ready, apiKey);
};

beforeAll(async () => {
  server = createServer(receive).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await start();
});
afterAll(async () => {
  await platform.end('SIGTERM');
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

type Body = Record<string, unknown> & { id: string; secret: string; data: Record<string, unknown>[] };

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await client.call<Body>(method, path, body === undefined ? {} : { body });
  if (!answer) throw new Error(`${method} ${path} was not answered`);
  return answer;
};
const refused = async (expected: number, code: string, ...ask: Parameters<typeof call>) => {
  const { status, body } = await call(...ask);
  expect({ status, code: body.code }).toEqual({ status: expected, code });
  return body as unknown as { errors?: { pointer: string }[] };
};
const subscribe = async (path: string, more: Record<string, unknown> = {}) => {
  const { status, body } = await call('POST', '/webhooks/subscribe', {
    events: ['file.*'],
    url: origin + path,
    ...more,
  });
  expect(status).toBe(201);
  const { id, secret } = webhookRoutes.subscribe.response.parse(body);
  return { id, secret: secret ?? '' };
};
const upload = async (): Promise<string> => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(new URL(import.meta.url))]), 'notes.txt');
  const { body } = await call('POST', '/v1/files', form);
  return String(body.file_id);
};
const callTo = (path: string, number = 1): Promise<Received> =>
  eventually(() => received.filter((each) => each.path === path)[number - 1]);
const deliveryTo = (path: string, status: string) =>
  eventually(async () => {
    const { body } = await call(
      'GET',
      `/webhooks/deliveries?url=${encodeURIComponent(origin + path)}&status=${status}`,
    );
    return webhookRoutes.deliveries.response.parse(body).data[0];
  });

describe('a subscription', () => {
  it('201: is told, signed, of what it asked for', async () => {
    const { id, secret } = await subscribe('/told', { headers: { 'X-Mine': canary } });
    const fileId = await upload();
    const { headers, body } = await callTo('/told');
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({
      event: 'file.uploaded',
      data: { file_id: fileId },
    });
    expect(headers['x-mine']).toBe(canary);
    const delivery = await deliveryTo('/told', 'succeeded');
    const detail = await call('GET', `/webhooks/deliveries/${delivery.id}`);
    expect(webhookRoutes.delivery.response.parse(detail.body)).toMatchObject({
      webhook_id: id,
      response_status: 200,
      response_body: 'thanks for [hidden]',
      request: {
        headers: { 'X-Mine': '[left out]', 'webhook-id': delivery.id },
        body: { event: 'file.uploaded', data: { file_id: fileId, download_url: '[left out]' } },
      },
      attempts: [{ attempt: 1, status: 200 }],
    });
  });

  it('201: is made once for one Idempotency-Key, and shows its secret once', async () => {
    const ask = { body: { events: ['*'], url: `${origin}/once` }, key: 'one-subscription' };
    const [first, second] = [
      await client.call<Body>('POST', '/webhooks/subscribe', ask),
      await client.call<Body>('POST', '/webhooks/subscribe', ask),
    ];
    expect(second?.headers.get('idempotent-replayed')).toBe('true');
    expect(second?.body).toEqual({ ...first?.body, secret: null });
    const other = { ...ask, body: { ...ask.body, events: ['job.*'] } };
    expect(await client.call('POST', '/webhooks/subscribe', other)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    await call('DELETE', `/webhooks/${first?.body.id}`);
  });

  it('400: names the field that is wrong', async () => {
    const url = `${origin}/x`;
    const ask = (body: unknown) => refused(400, 'invalid_request', 'POST', '/webhooks/subscribe', body);
    for (const [pointer, body] of [
      ['/events', { events: [], url }],
      ['/events/0', { events: ['job.exploded'], url }],
      ['/url', { events: ['*'], url: 'ftp://example.com' }],
      ['/secret', { events: ['*'], url, secret: 'whsec_not+base64+of+24+bytes' }],
      ['/headers', { events: ['*'], url, headers: { 'Webhook-Id': 'mine' } }],
      ['/headers', { events: ['*'], url, headers: { host: 'mine' } }],
    ] as const)
      expect((await ask(body)).errors?.[0]?.pointer).toBe(pointer);
  });

  it('200: is changed in part, disabled and enabled', async () => {
    const { id } = await subscribe('/before');
    const patch = async (body: unknown) =>
      webhookRoutes.update.response.parse((await call('PATCH', `/webhooks/${id}`, body)).body);
    expect(await patch({ url: `${origin}/after?key=${canary}`, events: ['file.uploaded'] })).toMatchObject({
      url: `${origin}/after`,
      events: ['file.uploaded'],
      enabled: true,
    });
    expect(await patch({ enabled: false })).toMatchObject({ enabled: false, disabled_reason: 'user' });
    expect(await patch({ enabled: true })).toMatchObject({ enabled: true, disabled_reason: null });
    await upload();
    await callTo(`/after?key=${canary}`);
    expect(received.map(({ path }) => path)).not.toContain('/before');
    const { body } = await call('GET', '/webhooks');
    expect(webhookRoutes.list.response.parse(body).data.find((each) => each.id === id)).toMatchObject({
      enabled: true,
    });
    await refused(400, 'invalid_request', 'PATCH', `/webhooks/${id}`, { enabled: 'yes' });
    await refused(422, 'url_refused', 'PATCH', `/webhooks/${id}`, { url: 'http://user:pass@example.com/' });
    await refused(404, 'webhook_not_found', 'PATCH', '/webhooks/whk_none', { enabled: true });
  });

  it('200: rotates its secret; calls are valid by both', async () => {
    const own = 'a secret of my own, long enough';
    const { id, secret } = await subscribe('/rotated', { secret: own });
    expect(secret).toBe(own);
    const { status, body } = await call('POST', `/webhooks/${id}/rotate-secret`);
    expect(status).toBe(200);
    const rotated = webhookRoutes.rotateSecret.response.parse(body);
    const overlapMs = Date.parse(rotated.previous_valid_until) - Date.now();
    expect(overlapMs).toBeGreaterThan(23.9 * 3_600_000);
    await upload();
    const { headers, body: sent } = await callTo('/rotated');
    expect(new Webhook(rotated.secret).verify(sent, headers)).toBeTruthy();
    expect(new Webhook(Buffer.from(own), { format: 'raw' }).verify(sent, headers)).toBeTruthy();
    await refused(404, 'webhook_not_found', 'POST', '/webhooks/whk_none/rotate-secret');
    await refused(400, 'invalid_request', 'POST', `/webhooks/${id}/rotate-secret`, { secret: 'short' });
  });

  it('200: is tried on request, also while it is disabled, and the try is on record', async () => {
    const { id, secret } = await subscribe('/tried');
    await call('PATCH', `/webhooks/${id}`, { enabled: false });
    const tried = webhookRoutes.test.response.parse((await call('POST', `/webhooks/${id}/test`)).body);
    expect(tried).toMatchObject({ is_success: true, status: 200, error: null });
    const { headers, body } = await callTo('/tried');
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ event: 'webhook.test' });
    statuses.set('/tried', 500);
    const failed = webhookRoutes.test.response.parse((await call('POST', `/webhooks/${id}/test`)).body);
    expect(failed).toMatchObject({ is_success: false, status: 500 });
    const { body: detail } = await call('GET', `/webhooks/deliveries/${failed.delivery_id}`);
    expect(detail).toMatchObject({ event: 'webhook.test', status: 'exhausted', attempt: 1 });
    await refused(404, 'webhook_not_found', 'POST', '/webhooks/whk_none/test');
  });

  it('204: ends', async () => {
    const { id } = await subscribe('/ended');
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(204);
    await refused(404, 'webhook_not_found', 'DELETE', `/webhooks/${id}`);
    await refused(404, 'webhook_not_found', 'POST', `/webhooks/${id}/test`);
  });
});

describe('deliveries', () => {
  it('202: are sent again under the same id, whatever their state', async () => {
    statuses.set('/again', 503);
    const { id: webhookId } = await subscribe('/again');
    await upload();
    const pending = await deliveryTo('/again', 'pending');
    await eventually(
      async () => (await call('GET', `/webhooks/deliveries/${pending.id}`)).body.response_status ?? undefined,
    );
    statuses.delete('/again');
    const answer = await call('POST', `/webhooks/deliveries/${pending.id}/retry`);
    expect(answer.status).toBe(202);
    expect(webhookRoutes.retryDelivery.response.parse(answer.body).id).toBe(pending.id);
    await deliveryTo('/again', 'succeeded');
    await call('POST', `/webhooks/deliveries/${pending.id}/retry`);
    const [first, second, third] = [await callTo('/again'), await callTo('/again', 2), await callTo('/again', 3)];
    for (const { headers } of [first, second, third]) expect(headers['webhook-id']).toBe(pending.id);
    await call('DELETE', `/webhooks/${webhookId}`);
    await refused(409, 'webhook_not_enabled', 'POST', `/webhooks/deliveries/${pending.id}/retry`);
    await refused(404, 'delivery_not_found', 'POST', '/webhooks/deliveries/dlv_none/retry');
    await refused(404, 'delivery_not_found', 'GET', '/webhooks/deliveries/dlv_none');
  });

  it('200: are listed by page and by filter', async () => {
    const page = async (query: string) =>
      webhookRoutes.deliveries.response.parse((await call('GET', `/webhooks/deliveries?${query}`)).body);
    const first = await page('limit=2');
    expect(first.has_more).toBe(true);
    const second = await page(`limit=2&cursor=${first.next_cursor}`);
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect((await page('event=webhook.test')).data.map(({ event }) => event)).toEqual(['webhook.test', 'webhook.test']);
    expect((await page(`url=${encodeURIComponent(`${origin}/told?any=query`)}`)).data.length).toBeGreaterThan(0);
    expect((await page('job_id=job_none')).data).toEqual([]);
    await refused(400, 'invalid_request', 'GET', '/webhooks/deliveries?status=lost');
    await refused(400, 'invalid_request', 'GET', '/webhooks/deliveries?cursor=mine');
  });

  it('200: can be checked, with the reason when they are not genuine', async () => {
    const { secret } = await subscribe('/checked');
    await upload();
    const { headers, body } = await callTo('/checked');
    const verify = async (change: Record<string, unknown>) =>
      webhookRoutes.verify.response.parse(
        (await call('POST', '/webhooks/verify', { body, headers, secret, ...change })).body,
      );
    expect(await verify({})).toMatchObject({ valid: true, checked: 'webhook-signature' });
    expect(await verify({ body: `${body} ` })).toMatchObject({ valid: false, reason: 'signature_mismatch' });
    await refused(400, 'invalid_request', 'POST', '/webhooks/verify', { body });
  });
});

it.each(['webhook.before-send', 'webhook.after-send', 'webhook.after-record'])(
  'a process that dies at %s loses no call; what is sent twice has one id',
  async (point) => {
    for (const { id } of (await call('GET', '/webhooks')).body.data) await call('DELETE', `/webhooks/${String(id)}`);
    await platform.end('SIGTERM');
    await start({ FFAPI_FAIL_POINT: `${point}:1` });
    const path = `/dies-${point}`;
    await subscribe(path, { events: ['file.deleted'] });
    const fileId = await upload();
    await client.call('DELETE', `/files/${fileId}/notes.txt`);
    expect(await platform.exited).toBe('SIGKILL');
    await start();
    const { id } = await deliveryTo(path, 'succeeded');
    const ids = received.filter((each) => each.path === path).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids)).toEqual(new Set([id]));
    expect(ids.length).toBeLessThanOrEqual(2);
  },
);

it('nothing that is secret was written down in the open', async () => {
  await platform.end('SIGTERM');
  expect(readFileSync(logFile, 'utf8')).not.toContain(canary);
  await start();
  const { body } = await call('GET', '/webhooks/deliveries?limit=200');
  expect(JSON.stringify(body)).not.toContain(canary);
});
