import { connectBus, ensurePoolConsumer, ensureWorkStreams } from '@ffapi/bus';
import { pools } from '@ffapi/contracts';
import { ensureEventsStream } from '@ffapi/es-jetstream';
import { startNats } from '@ffapi/testkit';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { ackWaitMs, consumerKeys, natsStreams, streamKeys, type Settings } from './nats-streams.ts';

const pick = (config: object, keys: readonly string[]): Settings =>
  Object.fromEntries(keys.flatMap((key) => (key in config ? [[key, config[key as keyof typeof config]]] : [])));

it('the page of streams is what a server holds once the platform has asked for them', async () => {
  const nats = await startNats();
  const connection = await connectBus({ url: nats.url, name: 'test' });
  await ensureEventsStream({ connection });
  await ensureWorkStreams(connection);
  for (const pool of pools) await ensurePoolConsumer(connection, { pool, ackWaitMs });
  const manager = await jetstreamManager(connection);
  const held: Settings[] = [];
  for await (const { config } of manager.streams.list()) {
    const consumers: Settings[] = [];
    for await (const each of manager.consumers.list(config.name)) consumers.push(pick(each.config, consumerKeys));
    held.push({ ...pick(config, streamKeys), consumers });
  }
  const byName = ({ name, durable_name }: Settings): string => String(name ?? durable_name);
  const sorted = (all: readonly Settings[]): Settings[] => all.toSorted((a, b) => (byName(a) < byName(b) ? -1 : 1));
  expect(sorted(held.map((each) => ({ ...each, consumers: sorted(each.consumers as Settings[]) })))).toEqual(
    sorted(natsStreams().streams),
  );
  await connection.close();
  await nats.stop();
});
