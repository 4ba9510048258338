import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePoolConsumer, ensureWorkStreams, startNatsServer, workStreams } from '@ffapi/bus';
import { settings } from '@ffapi/config';
import { operations, type Operation } from '@ffapi/contracts';
import { ensureEventsStream } from '@ffapi/es-jetstream';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

type Settings = Readonly<Record<string, unknown>>;

/** What the platform decides; the rest differs from one version of the server to the next. */
const streamKeys = [
  'name',
  'subjects',
  'retention',
  'storage',
  'persist_mode',
  'discard',
  'discard_new_per_subject',
  'max_age',
  'max_bytes',
  'max_msg_size',
  'max_msgs_per_subject',
  'duplicate_window',
  'deny_delete',
  'deny_purge',
  'allow_direct',
  'num_replicas',
];
const consumerKeys = [
  'durable_name',
  'filter_subject',
  'deliver_policy',
  'ack_policy',
  'ack_wait',
  'max_deliver',
  'max_ack_pending',
];

const pick = (config: object, keys: readonly string[]): Settings =>
  Object.fromEntries(keys.flatMap((key) => (key in config ? [[key, config[key as keyof typeof config]]] : [])));

const poolsInUse = (): string[] => {
  const ofOperations = Object.values(operations as Record<string, Operation>).flatMap(({ pools }) => [
    pools.cpu,
    ...(pools.gpu ? [pools.gpu] : []),
  ]);
  return [...new Set([...ofOperations, 'storage'])].toSorted();
};

const read = async (manager: JetStreamManager, stream: string): Promise<Settings> => {
  const { config } = await manager.streams.info(stream);
  const consumers: Settings[] = [];
  for await (const consumer of manager.consumers.list(stream)) consumers.push(pick(consumer.config, consumerKeys));
  return {
    ...pick(config, streamKeys),
    consumers: consumers.toSorted((a, b) => (String(a.durable_name) < String(b.durable_name) ? -1 : 1)),
  };
};

const describe = async (connection: NatsConnection): Promise<Settings> => {
  const ackWaitMs = Number(settings.WORK_ACK_WAIT_SECONDS.preset) * 1000;
  await ensureEventsStream({ connection });
  await ensureWorkStreams(connection);
  for (const pool of poolsInUse()) await ensurePoolConsumer(connection, { pool, ackWaitMs });
  const manager = await jetstreamManager(connection);
  const streams: Settings[] = [];
  for (const name of ['EVENTS', ...workStreams.map((stream) => stream.name)]) streams.push(await read(manager, name));
  return { streams };
};

/** The streams and pool consumers as a server holds them once the platform has asked for them. */
export const natsStreams = async (): Promise<Settings> => {
  const dir = await mkdtemp(join(tmpdir(), 'ffapi-gen-'));
  const server = await startNatsServer({ dir });
  try {
    const connection = await connect({ servers: server.url });
    try {
      return await describe(connection);
    } finally {
      await connection.close();
    }
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
