import { Queue, QueueEvents, Worker } from 'bullmq';

/** Runs jobs that do nothing through a queue, a hundred at a time, and tells how long they took until the last one was told of. */
const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('rate', { connection });
const worker = new Worker('rate', async () => ({ done: true }), { connection, concurrency: 100 });
const events = new QueueEvents('rate', { connection });
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady(), events.waitUntilReady()]);

const addAll = async (body: unknown, count: number, callers: number): Promise<void> => {
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await queue.add('transcode', body);
  };
  await Promise.all(Array.from({ length: callers }, caller));
};

process.on('message', async ({ count, callers, body }: { count: number; callers: number; body: unknown }) => {
  let open = count;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onCompleted = (): void => {
    if (--open === 0) resolve();
  };
  events.on('completed', onCompleted);
  const startMs = performance.now();
  await Promise.all([addAll(body, count, callers), promise]);
  events.off('completed', onCompleted);
  process.send?.((performance.now() - startMs) / 1000);
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
