import { Queue, Worker } from 'bullmq';

/** Adds jobs one by one and tells, for each, when it was added, when that was acknowledged and when it started. */
const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const queue = new Queue('start', { connection });
let onStart: (atMs: number) => void = () => {};
const worker = new Worker('start', async () => onStart(performance.now()), { connection });
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

const startOne = async (body: unknown): Promise<{ addToStartMs: number; ackToStartMs: number }> => {
  const started = new Promise<number>((resolve) => (onStart = resolve));
  const completed = new Promise<void>((resolve) => worker.once('completed', () => resolve()));
  const addedAtMs = performance.now();
  await queue.add('transcode', body);
  const acknowledgedAtMs = performance.now();
  const startedAtMs = await started;
  await completed;
  return { addToStartMs: startedAtMs - addedAtMs, ackToStartMs: startedAtMs - acknowledgedAtMs };
};

process.on('message', async ({ count, body }: { count: number; body: unknown }) => {
  const starts = [];
  for (let i = 0; i < count; i++) starts.push(await startOne(body));
  process.send?.(starts);
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
