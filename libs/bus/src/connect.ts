import { connect, type NatsConnection } from '@nats-io/transport-node';

export interface BusOptions {
  readonly url: string;
  readonly name: string;
}

/** A connection that never gives up: the broker may go away and come back. */
export const connectBus = (options: BusOptions): Promise<NatsConnection> =>
  connect({
    servers: options.url,
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    timeout: 5_000,
    pingInterval: 10_000,
  });
