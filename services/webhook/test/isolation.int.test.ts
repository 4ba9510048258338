import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, startReceiver, startTestbed, type Testbed } from './testbed.ts';

const floodSize = 400;
let bed: Testbed;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [bed, receiver] = await Promise.all([startTestbed({ timeoutMs: 15_000 }), startReceiver()]);
});
afterAll(async () => {
  receiver.close();
  await bed.stop();
});

it('reaches everybody else while one receiver is silent and another tenant floods, and loses nothing of the flood', async () => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  // Holds every call until the others have been served: whoever waits for it would never be.
  const silent = receiver.url('/silent', (_call, response) => void released.then(() => response.writeHead(204).end()));
  await bed.subscribe('key_flood', silent);
  await bed.subscribe('key_other', receiver.url('/other'));
  for (let i = 0; i < floodSize; i++) {
    await bed.upload('key_flood');
    if (i % 40 === 0) await bed.upload('key_other');
  }
  await eventually(() => (receiver.callsTo('/other').length === floodSize / 40 ? true : null));
  expect(receiver.callsTo('/silent').length).toBeLessThanOrEqual(8);
  release();
  await eventually(() => (receiver.callsTo('/silent').length >= floodSize ? true : null));
  const ids = receiver.callsTo('/silent').map(({ headers }) => headers['webhook-id']);
  expect(ids).toHaveLength(floodSize);
  expect(new Set(ids).size).toBe(floodSize);
});

it('reaches one endpoint of a tenant while another at the same server is silent', async () => {
  await bed.subscribe(
    'key_two',
    receiver.url('/hangs', () => {}),
  );
  await bed.subscribe('key_two', receiver.url('/works'));
  for (let i = 0; i < 20; i++) await bed.upload('key_two');
  await eventually(() => (receiver.callsTo('/works').length === 20 ? true : null));
  expect(receiver.callsTo('/hangs').length).toBeLessThanOrEqual(8);
});

it('shows and changes nothing of another tenant', async () => {
  const mine = { keyId: 'key_mine', isAdmin: false };
  const { id } = await bed.subscribe('key_theirs', receiver.url('/theirs'));
  await bed.upload('key_theirs');
  const delivery = await bed.delivery(receiver.url('/theirs'), ({ status }) => status === 'succeeded');
  const change = { events: null, url: null, headers: null, enabled: false };
  for (const refused of [
    bed.requests['webhook.update']({ id, actor: mine, change }),
    bed.requests['webhook.rotate-secret']({ id, actor: mine, secret: null }),
    bed.requests['webhook.test']({ id, actor: mine }),
    bed.requests['webhook.delete']({ id, actor: mine }),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'webhook_not_found' });
  for (const refused of [
    bed.requests['webhook.delivery']({ id: delivery.id, actor: mine }),
    bed.requests['webhook.retry-delivery']({ id: delivery.id, actor: mine }),
  ])
    await expect(refused).rejects.toMatchObject({ code: 'delivery_not_found' });
  const filters = { jobId: null, url: null, status: null, event: null, limit: 10, cursor: null };
  expect(await bed.requests['webhook.deliveries']({ actor: mine, ...filters })).toEqual({ data: [], next: null });
  expect(await bed.requests['webhook.list']({ actor: mine, limit: 10, cursor: null })).toEqual({
    data: [],
    next: null,
  });
});

it('tells an endpoint nothing from before it was there, though the fan-out begins anew', async () => {
  await bed.upload('key_late', 'before.mp4');
  const fanOut = bed.fanOut;
  await bed.subscribe('key_late', receiver.url('/late'));
  await bed.restart(() => fanOut.clear());
  await bed.upload('key_late', 'after.mp4');
  await eventually(() => (receiver.callsTo('/late').length > 0 ? true : null));
  const names = receiver.callsTo('/late').map(({ body }) => (JSON.parse(body) as { data: { name: string } }).data.name);
  expect(names).toEqual(['after.mp4']);
});

it('takes a hundred subscriptions of a key, and answers a repeat of one of them', async () => {
  const url = receiver.url('/many');
  const made = await Promise.all(Array.from({ length: 100 }, () => bed.subscribe('key_many', url)));
  await expect(bed.subscribe('key_many', url)).rejects.toMatchObject({ code: 'webhook_limit_reached' });
  const actor = { keyId: 'key_many', isAdmin: false };
  const webhook = { events: ['file.uploaded'], url, secret: null, headers: {} };
  const id = made[0]?.id ?? '';
  expect(await bed.requests['webhook.subscribe']({ id, actor, webhook })).toMatchObject({ id, secret: null });
  await bed.requests['webhook.delete']({ id, actor });
  await bed.subscribe('key_many', url);
});
