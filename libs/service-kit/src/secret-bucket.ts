import { openBucket } from '@ffapi/bus';
import type { NatsConnection } from '@nats-io/transport-node';

/** Sealed values in a JetStream bucket, as durable as the events that refer to them. */
export const createSecretBucket = async (connection: NatsConnection) => {
  const bucket = await openBucket(connection, 'SECRETS', { history: 1 });
  return {
    get: async (id: string): Promise<Uint8Array | null> => {
      const entry = await bucket.get(id);
      return entry && entry.operation === 'PUT' ? entry.value : null;
    },
    put: async (id: string, bytes: Uint8Array): Promise<void> => {
      await bucket.put(id, bytes);
    },
    ids: (): Promise<AsyncIterable<string>> => bucket.keys(),
    delete: async (id: string): Promise<void> => {
      await bucket.purge(id);
    },
  };
};
