import { endpointStream } from '@ffapi/contracts';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startReceiver, startTestbed, type Testbed } from './testbed.ts';

let bed: Testbed;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [bed, receiver] = await Promise.all([startTestbed(), startReceiver()]);
});
afterAll(async () => {
  await bed.stop();
  receiver.close();
});

const minuteMs = 60_000;
const tried = (attempts: number) => (delivery: { attempt: number }) => delivery.attempt >= attempts;
/** Subscribes a tenant of its own and has one event happen. */
const one = async (
  name: string,
  ...script: Parameters<typeof receiver.url> extends [string, ...infer R] ? R : never
) => {
  const url = receiver.url(`/${name}`, ...script);
  const endpoint = await bed.subscribe(`key_${name}`, url);
  await bed.upload(`key_${name}`);
  return { url, ...endpoint };
};

describe('a receiver that', () => {
  it('W1 fails three times and then succeeds is called four times, each time under one id and validly signed', async () => {
    const { url, secret } = await one('w1', (_call, response, number) =>
      response.writeHead(number <= 3 ? 500 : 200).end(`answer ${number}`),
    );
    for (const [attempt, waitMs] of [5_000, 5 * minuteMs, 30 * minuteMs].entries()) {
      const { next_attempt_at, attempts } = await bed.delivery(url, tried(attempt + 1));
      const plannedMs = Date.parse(next_attempt_at ?? '') - Date.parse(attempts[attempt]?.at ?? '');
      expect(Math.abs(plannedMs - waitMs)).toBeLessThanOrEqual(waitMs * 0.2 + 5);
      bed.advance(waitMs * 1.3);
    }
    const delivery = await bed.delivery(url, ({ status }) => status === 'succeeded');
    expect(delivery.attempts.map(({ status, response_body }) => [status, response_body])).toEqual([
      [500, 'answer 1'],
      [500, 'answer 2'],
      [500, 'answer 3'],
      [200, 'answer 4'],
    ]);
    const calls = receiver.callsTo('/w1');
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]));
    const [first] = calls;
    expect(new Webhook(secret ?? '').verify(first?.body ?? '', first?.headers ?? {})).toMatchObject({
      event: 'file.uploaded',
      data: { name: 'clip.mp4' },
    });
  });

  it('W2 never answers is left after the time limit', async () => {
    const { url } = await one('w2', () => {});
    expect(await bed.delivery(url, tried(1))).toMatchObject({
      status: 'pending',
      response_status: null,
      error: { code: 'endpoint_timeout' },
    });
  });

  it('W3 sends its headers byte by byte is left after the time limit', async () => {
    const { url } = await one('w3', (_call, { socket }) => {
      const timer = setInterval(() => socket?.write('x'), 20);
      socket?.on('close', () => clearInterval(timer)).write('HTTP/1.1 200 OK\r\nx-slow: ');
    });
    expect(await bed.delivery(url, tried(1))).toMatchObject({ error: { code: 'endpoint_timeout' } });
  });

  it('W4 redirects has failed, and is not followed', async () => {
    const inside = receiver.url('/inside');
    const { url } = await one('w4', (_call, response) => response.writeHead(302, { location: inside }).end());
    expect(await bed.delivery(url, tried(1))).toMatchObject({
      status: 'pending',
      response_status: 302,
      response_headers: { location: inside },
    });
    expect(receiver.callsTo('/inside')).toEqual([]);
  });

  it('W5 says 410 is called no more', async () => {
    const { url, id } = await one('w5', (_call, response) => response.writeHead(410).end());
    expect(await bed.delivery(url, tried(1))).toMatchObject({ status: 'exhausted', exhausted_reason: 'gone' });
    const actor = { keyId: 'key_w5', isAdmin: false };
    const listed = await eventually(async () => {
      const { data } = await bed.requests['webhook.list']({ actor, limit: 1, cursor: null });
      return data[0]?.enabled === false ? data[0] : null;
    });
    expect(listed).toMatchObject({ id, disabled_reason: 'gone' });
    await bed.upload('key_w5');
    const { data } = await bed.list(url);
    expect(data).toHaveLength(1);
  });

  it('W6 asks for 30 seconds gets them', async () => {
    const { url } = await one('w6', (_call, response) => response.writeHead(429, { 'retry-after': '30' }).end());
    const { attempts, next_attempt_at } = await bed.delivery(url, tried(1));
    const waitMs = Date.parse(next_attempt_at ?? '') - Date.parse(attempts[0]?.at ?? '');
    expect(waitMs).toBeGreaterThanOrEqual(29_900);
    expect(waitMs).toBeLessThanOrEqual(30_100);
  });

  it('W7 answers without end has succeeded, and 4 KiB of it are kept', async () => {
    let isClosed = false;
    const { url } = await one('w7', (_call, response) => {
      response.on('close', () => (isClosed = true));
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    });
    const delivery = await bed.delivery(url, tried(1));
    expect(delivery).toMatchObject({ status: 'succeeded', response_status: 200 });
    expect(delivery.response_body).toHaveLength(4096);
    await expect.poll(() => isClosed).toBe(true);
  });

  it('W8 hangs up after it has read the call is called again under the same id', async () => {
    const { url } = await one('w8', (_call, response, number) =>
      number === 1 ? response.destroy() : response.writeHead(204).end(),
    );
    expect(await bed.delivery(url, tried(1))).toMatchObject({ error: { code: 'endpoint_unreachable' } });
    bed.advance(10_000);
    expect(await bed.delivery(url, tried(2))).toMatchObject({ status: 'succeeded', response_status: 204 });
    const [first, second] = receiver.callsTo('/w8').map(({ headers }) => headers['webhook-id']);
    expect(second).toBe(first);
  });

  it('repeats all that it was sent finds no signature and no link of it kept', async () => {
    const url = receiver.url('/mirror', (call, response) =>
      response
        .writeHead(200, { 'x-signature': String(call.headers['webhook-signature']) })
        .end(JSON.stringify({ headers: call.headers, body: call.body })),
    );
    await bed.subscribe('key_mirror', url, ['file.*']);
    await bed.upload('key_mirror');
    const delivery = await bed.delivery(url, tried(1));
    const [call] = receiver.callsTo('/mirror');
    const sent = JSON.parse(call?.body ?? '{}') as { signature: string; data: Record<string, unknown> };
    const kept = JSON.stringify(delivery);
    const signatures = [
      String(call?.headers['webhook-signature']).replace('v1,', ''),
      String(call?.headers['x-ffapi-signature']).replace('sha256=', ''),
      sent.signature.replace('sha256=', ''),
    ];
    expect(signatures.every((signature) => signature.length > 20)).toBe(true);
    for (const signature of signatures) expect(kept).not.toContain(signature);
    const links = (call?.body ?? '').match(/~\d+\.[^/"]+/g) ?? [];
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(kept).not.toContain(link);
    expect(kept).toContain('[hidden]');
  });

  it('repeats what it was sent gives no secret away', async () => {
    const url = receiver.url('/echo?token=in-the-query', (call, response) =>
      response.writeHead(200, { 'x-echo': String(call.headers['x-mine']) }).end(`${call.headers['x-mine']}\u001b[2J`),
    );
    await bed.subscribe('key_echo', url, ['file.*'], { 'X-Mine': 'Bearer my-own-token' });
    await bed.upload('key_echo');
    const delivery = await bed.delivery(receiver.url('/echo'), tried(1));
    expect(receiver.callsTo('/echo?token=in-the-query')[0]?.headers['x-mine']).toBe('Bearer my-own-token');
    expect(delivery).toMatchObject({ response_body: '[hidden]\\u001b[2J', response_headers: { 'x-echo': '[hidden]' } });
    expect(JSON.stringify(delivery)).not.toMatch(/my-own-token|in-the-query/);
  });
});

describe('an endpoint', () => {
  it('whose failure is still being written down when the next attempt falls due is called again', async () => {
    const failing: Parameters<typeof one>[1] = (_call, response) => response.writeHead(500).end();
    const [slow, other] = [await one('slow', failing), await one('other', failing)];
    for (const { url } of [slow, other]) await bed.delivery(url, tried(1));
    const letGo = bed.holdAppends(endpointStream(slow.id));
    bed.advance(10_000);
    for (const { url } of [slow, other]) await bed.delivery(url, tried(2));
    bed.advance(10 * minuteMs);
    // What fell due at the same time has been looked at.
    await bed.delivery(other.url, tried(3));
    letGo();
    expect(await bed.delivery(slow.url, tried(3))).toMatchObject({ attempt: 3, response_status: 500 });
  });

  it('that has failed for five days is disabled; what is left is given up, listed and sent again on request', async () => {
    let isDown = true;
    const { url, id } = await one('down', (_call, response) => response.writeHead(isDown ? 503 : 204).end());
    const actor = { keyId: 'key_down', isAdmin: false };
    const endpoint = async () => (await bed.requests['webhook.list']({ actor, limit: 1, cursor: null })).data[0];
    await bed.delivery(url, tried(1));
    bed.advance(10_000);
    await bed.delivery(url, tried(2));
    await eventually(async () => (await endpoint())?.failing_since ?? null);
    bed.advance(5 * 24 * 60 * minuteMs);
    await bed.delivery(url, tried(3));
    expect(await eventually(async () => ((await endpoint())?.enabled === false ? endpoint() : null))).toMatchObject({
      disabled_reason: 'failing',
    });
    bed.advance(3 * 60 * minuteMs);
    const given = await bed.delivery(url, ({ status }) => status === 'exhausted');
    expect(given).toMatchObject({ attempt: 3, exhausted_reason: 'endpoint_disabled' });
    expect(await eventually(async () => (await bed.list(url, 'exhausted')).data[0] ?? null)).toMatchObject({
      id: given.id,
    });
    const retry = () => bed.requests['webhook.retry-delivery']({ id: given.id, actor });
    await expect(retry()).rejects.toMatchObject({ code: 'webhook_not_enabled' });
    isDown = false;
    const change = { events: null, url: null, headers: null, enabled: true };
    expect(await bed.requests['webhook.update']({ id, actor, change })).toMatchObject({
      enabled: true,
      failing_since: null,
      disabled_reason: null,
    });
    expect(await retry()).toMatchObject({ status: 'pending', id: given.id });
    expect(await bed.delivery(url, tried(4))).toMatchObject({ status: 'succeeded' });
    expect(new Set(receiver.callsTo('/down').map(({ headers }) => headers['webhook-id']))).toEqual(new Set([given.id]));
    await retry();
    expect(await bed.delivery(url, tried(5))).toMatchObject({ status: 'succeeded' });
  });
});
