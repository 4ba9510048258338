import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface BusOptions {
  readonly url: string;
  readonly name: string;
}

/** A connection that never gives up: the broker may go away and come back. */
export const connectBus = async (options: BusOptions): Promise<NatsConnection> => {
  try {
    return await connectTo(options);
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
