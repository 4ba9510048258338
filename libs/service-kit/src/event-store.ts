import type { Config } from '@ffapi/config';
import type { EventStore } from '@ffapi/es';
import { createJetStreamEventStore, ensureEventsStream } from '@ffapi/es-jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { followAgain } from './follow-again.ts';
import { coalesceReads } from './coalesced-reads.ts';
import { shareTail } from './shared-reader.ts';

export interface OpenedEventStore {
  readonly store: EventStore;
  readonly usage: () => Promise<{ readonly bytes: number; readonly bytesMax: number }>;
}

const unlimited = async () => ({ bytes: 0, bytesMax: Number.POSITIVE_INFINITY });

/** The event store that is configured: KurrentDB, or the NATS in use. */
export const openEventStore = async (
  config: Config,
  connection: NatsConnection,
  monitorUrl?: string,
): Promise<OpenedEventStore> => {
  const url = config.EVENT_STORE_URL;
  if (url === undefined) {
    const store = await createJetStreamEventStore({
      connection,
      durability: config.EVENT_STORE_DURABILITY,
      monitorUrl,
      replicas: config.NATS_REPLICAS,
    });
    return { store: shareTail(coalesceReads(followAgain(store, connection))), usage: () => store.usage() };
  }
  // The relay republishes into EVENTS, so the stream is there with either store.
  await ensureEventsStream({ connection, replicas: config.NATS_REPLICAS });
  const { createKurrentEventStore } = await import('@ffapi/es-kurrent');
  return { store: shareTail(coalesceReads(createKurrentEventStore({ url }))), usage: unlimited };
};

/** Keeps EVENTS equal to KurrentDB, from one process at a time; nothing to do where NATS is the store itself. */
export const startRelay = async (
  config: Config,
  connection: NatsConnection,
  kurrent: EventStore,
  lease: (work: (held: AbortSignal) => Promise<void>, signal: AbortSignal) => Promise<void>,
): Promise<{ stop(): Promise<void> }> => {
  if (config.EVENT_STORE_URL === undefined) return { stop: async () => {} };
  const { createRelay } = await import('@ffapi/es-kurrent');
  return createRelay({ kurrent, connection, lease });
};
