import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { EventStore } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { startNats } from '@ffapi/testkit';
import { fillStore } from '../kit/fill-store.ts';
import { jobIdsOf } from '../kit/job-history.ts';
import type { StoryTemplate } from '../kit/history-template.ts';

/** An event store with finished jobs in it, on a NATS of its own. */
export interface History {
  readonly connection: NatsConnection;
  readonly store: EventStore;
  readonly jobs: number;
  stop(): Promise<void>;
}

const startMs = Date.parse('2026-01-01T00:00:00Z');
const betweenMs = 1_000;

/** Starts it and fills it with copies of one job. */
export const startHistory = async (template: StoryTemplate, jobs: number, syncInterval: string): Promise<History> => {
  const nats = await startNats({ syncInterval });
  const connection = await connect({ servers: nats.url });
  const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  const startMsOf = (n: number): number => startMs + n * betweenMs;
  await fillStore({ connection, template, count: jobs, idsOf: jobIdsOf, startMsOf });
  return {
    connection,
    store,
    jobs,
    stop: async () => {
      await store.close();
      await connection.close();
      await nats.stop();
    },
  };
};
