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
