import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface BusOptions {
  readonly url: string;
  readonly name: string;
  /** Servers that keep each stream and bucket made over this connection; absent: 1. */
  readonly replicas?: number | undefined;
}

const replicas = new WeakMap<NatsConnection, number>();

/** How many servers keep what is made over this connection. */
export const replicasOf = (connection: NatsConnection): number => replicas.get(connection) ?? 1;

/** A connection that never gives up: the broker may go away and come back. */
export const connectBus = async (options: BusOptions): Promise<NatsConnection> => {
  try {
    const connection = await connectTo(options);
    if (options.replicas !== undefined) replicas.set(connection, options.replicas);
    return connection;
  } catch (cause) {
    throw new Error(
      `NATS cannot be reached at ${options.url} (${(cause as Error).message}): start it, or correct NATS_URL`,
      { cause },
    );
  }
};

const connectTo = (options: BusOptions): Promise<NatsConnection> =>
  connect({
    servers: options.url,
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    timeout: 5_000,
    pingInterval: 10_000,
    // A stack for every request, thrown away when it is answered, costs more than the request.
    noAsyncTraces: true,
  });
