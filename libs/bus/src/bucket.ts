import { Kvm, type KV, type KvOptions } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { replicasOf } from './connect.ts';

/** A bucket of entries, made where it is not there yet, on as many servers as this connection asks for. */
export const openBucket = (connection: NatsConnection, name: string, options: Partial<KvOptions>): Promise<KV> =>
  new Kvm(connection).create(name, { ...options, replicas: replicasOf(connection) });
