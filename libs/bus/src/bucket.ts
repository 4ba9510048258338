import { ensureSubject } from '@ffapi/contracts';
import { Kvm, type KV, type KvOptions } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { replicasOf } from './connect.ts';

const ofOneEntry = ['get', 'put', 'create', 'update', 'delete', 'purge'] as const;

/** Where the client takes a wildcard, deleting "one" entry would delete all that match. */
const withCheckedKeys = (bucket: KV): KV => {
  const checked = ofOneEntry.map((method) => {
    const call = bucket[method].bind(bucket) as (key: string, ...rest: unknown[]) => Promise<unknown>;
    return [method, async (key: string, ...rest: unknown[]) => call(ensureSubject(key), ...rest)] as const;
  });
  return Object.assign(bucket, Object.fromEntries(checked));
};

/**
 * A bucket of entries, made where it is not there yet, on as many servers as this connection asks for. A key that could
 * name more than one entry is refused with `InvalidSubject`.
 */
export const openBucket = async (connection: NatsConnection, name: string, options: Partial<KvOptions>): Promise<KV> =>
  withCheckedKeys(await new Kvm(connection).create(name, { ...options, replicas: replicasOf(connection) }));
