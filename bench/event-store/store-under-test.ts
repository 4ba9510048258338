import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { ConcurrencyConflict, type Commit, type EventStore, type Head } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { startNats } from '@ffapi/testkit';
import { treeCpuSeconds } from '../kit/cpu-time.ts';

/** An event store on a NATS of its own, with a plain stream beside it. */
export interface StoreUnderTest {
  readonly store: EventStore;
  readonly cpuSeconds: () => number;
  /** Appends to streams of ten commits, one after the other. */
  appendOne(): Promise<void>;
  publishOne(payload: string): Promise<void>;
  /** A stream with this many commits. */
  fillStream(commits: number): Promise<string>;
  /** Loses a race against the newest commit of a stream. */
  conflictOn(stream: string, head: Head): Promise<void>;
  stop(): Promise<void>;
}

/** About what the event of an accepted job holds. */
export const eventData = { jobId: 'job_1', params: { output_format: 'mkv' }, filler: 'x'.repeat(600) };
const commitsPerStream = 10;

/** Starts both; `syncInterval` is the server's setting. */
export const startStoreUnderTest = async (syncInterval: string): Promise<StoreUnderTest> => {
  const nats = await startNats({ syncInterval });
  const connection = await connect({ servers: nats.url });
  const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.>'], storage: StorageType.File });
  const js = jetstream(connection);
  let commits = 0;
  let streams = 0;
  const next = (): Commit => ({
    id: `commit_${++commits}`,
    occurredAt: new Date().toISOString(),
    correlationId: 'job_1',
    causationId: 'req_1',
    events: [{ type: 'JobAccepted', version: 1, data: eventData }],
  });
  const newStream = (): string => `job.job_${++streams}`;
  let [stream, head]: [string, Head | null] = [newStream(), null];
  return {
    store,
    cpuSeconds: () => treeCpuSeconds(nats.pid),
    appendOne: async () => {
      if (head?.version === commitsPerStream) [stream, head] = [newStream(), null];
      head = await store.append(stream, head, next());
    },
    publishOne: async (payload) => void (await js.publish('bench.x', payload)),
    fillStream: async (count) => {
      const name = newStream();
      let at: Head | null = null;
      for (let i = 0; i < count; i++) at = await store.append(name, at, next());
      return name;
    },
    conflictOn: async (name, stale) => {
      const lost = await store.append(name, stale, next()).catch((error: unknown) => error);
      if (!(lost instanceof ConcurrencyConflict)) throw new Error(`the race was not lost: ${String(lost)}`);
    },
    stop: async () => {
      await store.close();
      await connection.close();
      await nats.stop();
    },
  };
};
