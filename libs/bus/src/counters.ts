import { ensureSubject } from '@ffapi/contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers, nanos, type NatsConnection } from '@nats-io/transport-node';
import { replicasOf } from './connect.ts';
import { linkOf } from './link.ts';

const stream = 'COUNTERS';

/** Adds to a counter below `count.` and gives what it has become, for all who count there. */
export type AddTo = (counter: string, by: 1 | -1) => Promise<number>;

/**
 * Counter messages add up where they are stored (NATS 2.12 and newer), here in memory, so that nothing is synced; they
 * are forgotten after a while, and by a broker that starts anew.
 */
export const openCounters = async (
  connection: NatsConnection,
  { keptMs }: { readonly keptMs: number },
): Promise<AddTo> => {
  const client = jetstream(connection, { timeout: 2_000 });
  const ensure = async (): Promise<void> => {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    await manager.streams.add({
      name: stream,
      subjects: ['count.>'],
      storage: 'memory',
      num_replicas: replicasOf(connection),
      allow_msg_counter: true,
      allow_direct: true,
      max_age: nanos(keptMs),
    });
  };
  const addTo: AddTo = async (counter, by) => {
    const head = headers();
    head.set('Nats-Incr', by === 1 ? '+1' : '-1');
    const { val } = (await client.publish(ensureSubject(`count.${counter}`), undefined, { headers: head })) as {
      val?: string;
    };
    return Number(val);
  };
  await ensure();
  return async (counter, by) => {
    try {
      return await addTo(counter, by);
    } catch (error) {
      if (!linkOf(connection).isUp()) throw error;
      await ensure();
      return addTo(counter, by);
    }
  };
};
