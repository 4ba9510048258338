import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { startNats } from './nats.ts';

it('starts a server that takes connections and goes away with its folder', async () => {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url });
  expect(connection.info?.jetstream).toBe(true);
  await connection.close();
  await nats.stop();
  expect(await nats.exited).not.toBeUndefined();
});
