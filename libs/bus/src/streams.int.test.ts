import { jetstreamManager } from '@nats-io/jetstream';
import { startNats } from '@ffapi/testkit';
import { expect, it } from 'vitest';
import { connectBus } from './connect.ts';
import { ensureWorkStreams } from './streams.ts';

it('says why a stream cannot be made', async () => {
  const nats = await startNats();
  const connection = await connectBus({ url: nats.url, name: 'test' });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'ANOTHER', subjects: ['dlq.a'] });
  await expect(ensureWorkStreams(connection)).rejects.toThrow('subjects overlap with an existing stream');
  await connection.close();
  await nats.stop();
});
