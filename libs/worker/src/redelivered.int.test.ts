import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryBlobStore } from '@ffapi/blob';
import { connectBus, ensurePoolConsumer, ensureWorkStreams, workSubject } from '@ffapi/bus';
import { taskStream, type TaskEvent, type WorkItem } from '@ffapi/contracts';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { handleCommand, type EventStore } from '@ffapi/es';
import { taskDecider } from '@ffapi/task';
import { createLogger } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nothing } from './run-operation.ts';
import { startWorker, type Worker } from './worker.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-redelivered-'));
let nats: TestNats;
let connection: NatsConnection;
let store: EventStore;
beforeAll(async () => {
  nats = await startNats();
  connection = await connectBus({ url: nats.url, name: 'test' });
  await ensureWorkStreams(connection);
  store = await createJetStreamEventStore({ connection, durability: 'trusted' });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

const ackWaitMs = 3_000;

let jobs = 0;
const itemOf = (pool: string): WorkItem => ({
  jobId: `job_${String(++jobs).padStart(26, '0')}`,
  n: 0,
  kind: 'operation',
  pool,
  operation: 'transcode',
  params: {},
  source: null,
  fetchHeadersSecret: null,
  inputs: {},
  artifacts: [],
  apiKeyId: 'key',
  outputName: null,
  priority: 'normal',
  hardware: 'cpu',
  attemptsMax: 2,
  retryDelayMs: 0,
  afterLostWorker: false,
  traceparent: null,
});

const attemptsOf = async ({ jobId, n }: WorkItem) =>
  (await store.load<TaskEvent>(taskStream(jobId, n))).commits
    .flatMap(({ events }) => events)
    .map(({ type, data }) => `${type} ${'attempt' in data ? data.attempt : ''}`);

const release = (item: WorkItem) =>
  jetstream(connection).publish(workSubject(item.pool, item.jobId, item.n), JSON.stringify(item));

const work = (pool: string, instance: string, slots: number, run: () => Promise<void>): Promise<Worker> =>
  startWorker({
    service: 'test',
    instance,
    version: '0',
    pool,
    slots,
    runners: {
      operation: async () => {
        await run();
        return nothing;
      },
    },
    capabilities: () => ({}),
    connection,
    store,
    blobs: createMemoryBlobStore(),
    log: createLogger({ level: 'silent', service: 'test', instance }),
    dataDir: join(dir, instance),
    ackWaitMs,
    now: () => new Date().toISOString(),
  });

const redeliveriesTo = async (pool: string): Promise<number> =>
  (await (await jetstreamManager(connection)).consumers.info('WORK', `pool-${pool}`)).num_redelivered;

const leftOf = async (pool: string): Promise<number> => {
  const info = await (await jetstreamManager(connection)).consumers.info('WORK', `pool-${pool}`);
  return info.num_pending + info.num_ack_pending;
};

/** Has the message of a pool delivered again, as the broker does that has heard nothing of it for too long. */
const redeliver = async (pool: string): Promise<void> => {
  for await (const sign of connection.subscribe(`$JS.ACK.WORK.pool-${pool}.>`, { max: 1 }))
    connection.publish(sign.subject, '-NAK');
  await expect.poll(() => redeliveriesTo(pool)).toBeGreaterThan(0);
};

it.each([
  ['its own process', 2, 0],
  ['another', 1, 1],
])('goes on with a task whose message comes again to %s', async (_, slots, otherSlots) => {
  const pool = `alive-${slots}`;
  const item = itemOf(pool);
  const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let runs = 0;
  const run = async (): Promise<void> => {
    runs++;
    begun.resolve();
    await mayEnd.promise;
  };
  const workers = [await work(pool, `${pool}-a`, slots, run)];
  await release(item);
  await begun.promise;
  if (otherSlots > 0) workers.push(await work(pool, `${pool}-b`, otherSlots, run));
  await redeliver(pool);
  // The next message is taken by the slot that has disposed of this one.
  const next = itemOf(pool);
  await release(next);
  await expect.poll(() => attemptsOf(next)).toEqual(['TaskStarted 1']);
  expect(await attemptsOf(item)).toEqual(['TaskStarted 1']);
  mayEnd.resolve();
  await expect.poll(() => attemptsOf(item)).toEqual(['TaskStarted 1', 'TaskCompleted 1']);
  expect(runs).toBe(2);
  // An acknowledgement of the first delivery takes the message from all.
  await expect.poll(() => leftOf(pool)).toBe(0);
  await Promise.all(workers.map((worker) => worker.drain(0)));
});

it('takes over from a worker that does not say it goes on', async () => {
  const pool = 'lost';
  const item = itemOf(pool);
  const { jobId, n, kind, attemptsMax } = item;
  const start = { type: 'StartTask', jobId, n, kind, pool, worker: 'gone', isRedelivery: false, attemptsMax } as const;
  const now = new Date().toISOString();
  const context = { commitId: 'start', occurredAt: now, correlationId: jobId, causationId: jobId };
  await handleCommand(store, taskDecider, taskStream(jobId, n), { ...start, now }, context);
  const durable = await ensurePoolConsumer(connection, { pool, ackWaitMs });
  await release(item);
  (await (await jetstream(connection).consumers.get('WORK', durable)).next())?.nak();
  const worker = await work(pool, 'heir', 1, async () => {});
  await expect
    .poll(() => attemptsOf(item), { timeout: 20_000 })
    .toEqual(['TaskStarted 1', 'TaskStarted 2', 'TaskCompleted 2']);
  await worker.drain(0);
});
