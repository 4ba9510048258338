import { makeSubject } from '@ffapi/contracts';
import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { replicasOf } from './connect.ts';

const days = (n: number): number => n * 24 * 3600 * 1e9;

/**
 * The streams beside EVENTS. What they hold is derived from EVENTS and can be derived again, so they need no
 * synchronous write (`persist_mode: async`, 0.16 ms instead of 0.49 a publish).
 */
export const workStreams: readonly (Partial<StreamConfig> & { name: string })[] = [
  {
    name: 'WORK',
    subjects: ['work.>'],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    // One message per task at a time: releasing the same task twice is refused by the server, so two dispatchers do no harm.
    max_msgs_per_subject: 1,
    discard_new_per_subject: true,
    persist_mode: 'async',
  } as Partial<StreamConfig> & { name: string },
  { name: 'DLQ', subjects: ['dlq.>'], storage: StorageType.File, max_age: days(30) },
  {
    name: 'ADVISORIES',
    subjects: ['$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.WORK.>'],
    storage: StorageType.File,
    max_age: days(14),
  },
];

/** Creates or updates the streams beside EVENTS. */
export const ensureWorkStreams = async (connection: NatsConnection): Promise<void> => {
  const manager = await jetstreamManager(connection);
  const num_replicas = replicasOf(connection);
  for (const { persist_mode, ...stream } of workStreams)
    // What several servers keep is not written asynchronously: the server refuses it.
    await ensureStream(manager, num_replicas > 1 ? { ...stream, num_replicas } : { ...stream, persist_mode });
};

const ensureStream = async (
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> => {
  await addOrUpdate(
    () => manager.streams.add(config),
    () => manager.streams.update(config.name, config),
  );
};

/** Adding is idempotent for equal settings; it is refused where others are there, or where it cannot be done at all. */
const addOrUpdate = async (add: () => Promise<unknown>, update: () => Promise<unknown>): Promise<void> => {
  const refused = await add().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (refused) await update().catch((error: unknown) => Promise.reject(isMissing(error) ? refused.error : error));
};

const missing: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];
const isMissing = (error: unknown): boolean => error instanceof JetStreamApiError && missing.includes(error.code);

export interface PoolConsumerOptions {
  readonly pool: string;
  readonly ackWaitMs: number;
  /** Deliveries after which a message goes to the dead-letter queue instead; attempts are counted by the task itself. */
  readonly maxDeliver?: number | undefined;
}

/** What the one durable consumer of a pool is declared to be. */
export const poolConsumer = ({
  pool,
  ackWaitMs,
  maxDeliver = 6,
}: PoolConsumerOptions): Partial<ConsumerConfig> & { readonly durable_name: string } => ({
  durable_name: `pool-${pool}`,
  filter_subject: `${makeSubject('work', pool)}.>`,
  ack_policy: AckPolicy.Explicit,
  ack_wait: ackWaitMs * 1e6,
  max_deliver: maxDeliver,
  max_ack_pending: 10_000,
});

/** Creates the consumer of a pool or brings its settings up to date, and gives its name. */
export const ensurePoolConsumer = async (connection: NatsConnection, options: PoolConsumerOptions): Promise<string> => {
  const manager = await jetstreamManager(connection);
  const config = poolConsumer(options);
  await addOrUpdate(
    () => manager.consumers.add('WORK', config),
    () => manager.consumers.update('WORK', config.durable_name, config),
  );
  return config.durable_name;
};

/** The subject under which a released task waits. */
export const workSubject = (pool: string, jobId: string, n: number): string => makeSubject('work', pool, jobId, n);
