import { jetstreamManager, type ConsumerConfig, type ConsumerInfo, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const recreate = async (manager: JetStreamManager, stream: string, config: ConsumerConfig): Promise<void> => {
  // Another process may be doing the same at this moment.
  await manager.consumers.delete(stream, String(config.durable_name)).catch(() => false);
  await manager.consumers.add(stream, config);
};

/**
 * Recreates the durable consumers of a stream that have delivered more than the stream holds, and gives their names.
 * A stream that is written asynchronously loses its tail in a power cut while its consumers keep their place: what is
 * stored next gets numbers that count as delivered, and would be delivered to nobody.
 */
export const recreateConsumersAhead = async (connection: NatsConnection, stream: string): Promise<string[]> => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const consumers: ConsumerInfo[] = [];
  for await (const consumer of manager.consumers.list(stream)) consumers.push(consumer);
  // Asked after the consumers: a stream only grows, so that none looks ahead that is not.
  const { state } = await manager.streams.info(stream);
  const ahead = consumers.filter(
    ({ config, delivered }) => config.durable_name !== undefined && delivered.stream_seq > state.last_seq,
  );
  for (const { config } of ahead) await recreate(manager, stream, config);
  return ahead.map(({ name }) => name);
};
