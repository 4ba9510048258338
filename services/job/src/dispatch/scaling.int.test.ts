import { connectBus, ensurePoolConsumer, ensureWorkStreams, runPool, workSubject, type PoolRunner } from '@ffapi/bus';
import type { WorkItem } from '@ffapi/contracts';
import { startNats, type TestNats } from '@ffapi/testkit';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Dispatcher } from './dispatcher.runner.ts';
import { openJobOf } from '../jobs/open-job.double.ts';

const pool = 'transcode-cpu';
const ackWaitMs = 30_000;
const slots = 2;
const replicas = { min: 1, max: 8 };

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNats();
  connection = await connectBus({ url: nats.url, name: 'scaling' });
  await ensureWorkStreams(connection);
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

interface JetStreamPage {
  readonly account_details: readonly {
    readonly stream_detail: readonly {
      readonly name: string;
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/** As KEDA's trigger nats-jetstream counts: what waits at the consumer and what it has given out. */
const lagOf = async (durable: string): Promise<number> => {
  const page = (await (await fetch(`${nats.monitorUrl}/jsz?acc=$G&consumers=true`)).json()) as JetStreamPage;
  const consumer = page.account_details
    .flatMap(({ stream_detail }) => stream_detail)
    .find(({ name }) => name === 'WORK')
    ?.consumer_detail?.find(({ name }) => name === durable);
  if (!consumer) throw new Error(`WORK has no consumer ${durable}`);
  return consumer.num_pending + consumer.num_ack_pending;
};
const replicasFor = (lag: number): number => Math.min(replicas.max, Math.max(replicas.min, Math.ceil(lag / slots)));

it('doubles the workers of a long queue at each look up to the most, and keeps as many as are busy', async () => {
  const durable = await ensurePoolConsumer(connection, { pool, ackWaitMs });
  const onError = (error: unknown): never => {
    throw error;
  };
  const dispatcher = new Dispatcher({
    isLeading: () => true,
    released: new Set(),
    publish: async (item: WorkItem) => {
      await jetstream(connection).publish(workSubject(item.pool, item.jobId, item.n), JSON.stringify(item));
      return true;
    },
    execute: async () => {},
    concurrencyOf: () => Infinity,
    reasonToWait: () => '',
    limitsOf: () => null,
    attemptsMax: 4,
    retryDelayMs: 1_000,
    ackWaitMs,
    nowMs: () => 0,
    onError,
  });
  const finish = new Map<string, () => void>();
  const workers: PoolRunner[] = [];
  const addWorker = (): void => {
    const worker = `w${workers.length}`;
    const handle = async (data: Uint8Array): Promise<{ ack: true }> => {
      const { jobId } = JSON.parse(new TextDecoder().decode(data)) as WorkItem;
      const job = openJobOf(jobId, pool);
      const tasks = job.tasks.map((task) => ({ ...task, status: 'running' as const, attempt: 1, worker }));
      dispatcher.update(jobId, { ...job, tasks });
      await new Promise<void>((resolve) => finish.set(jobId, resolve));
      dispatcher.update(jobId, null);
      return { ack: true };
    };
    workers.push(
      runPool({
        connection,
        stream: 'WORK',
        durable,
        slots,
        workingMs: 3_000,
        handle: ({ data }) => handle(data),
        restore: async () => {},
        onError,
      }),
    );
    const ref = { instance: worker, service: 'transcode', pool, slots, busy: 0, version: '0', draining: false };
    dispatcher.heartbeat({ ...ref, startedAt: '2026-11-22T10:00:00.000Z', capabilities: {} });
  };
  const busy = (): number => workers.reduce((sum, worker) => sum + worker.busy(), 0);
  const end = (count: number): void => {
    for (const [jobId, resolve] of [...finish].slice(0, count)) {
      finish.delete(jobId);
      resolve();
    }
  };

  for (let i = 0; i < 40; i++) dispatcher.update(`job_${i}`, openJobOf(`job_${i}`, pool));
  // Nothing is released to nobody: without the one worker that always is, there would never be a second.
  expect(await lagOf(durable)).toBe(0);
  const steps: number[] = [];
  for (let wanted = replicasFor(0); steps.at(-1) !== wanted; wanted = replicasFor(await lagOf(durable))) {
    steps.push(wanted);
    while (workers.length < wanted) addWorker();
    await expect.poll(busy).toBe(slots * wanted);
    await expect.poll(() => lagOf(durable)).toBe(Math.min(40, 2 * slots * wanted));
  }
  expect(steps).toEqual([1, 2, 4, 8]);

  // The queue runs empty, and every worker has its hands full.
  for (let left = 40 - slots * replicas.max; left > 0; left -= slots) {
    end(slots);
    await expect.poll(() => finish.size).toBe(slots * replicas.max);
  }
  await expect.poll(() => lagOf(durable)).toBe(slots * replicas.max);
  expect(replicasFor(await lagOf(durable))).toBe(8);
  end(10);
  await expect.poll(() => lagOf(durable)).toBe(6);
  expect(replicasFor(6)).toBe(3);
  end(6);
  await expect.poll(() => lagOf(durable)).toBe(0);
  await Promise.all(workers.map((worker) => worker.drain()));
  dispatcher.stop();
});
