import { Queue, Worker } from 'bullmq';

/** A worker whose jobs take their time and whose lock is lost when it is silent for as long as it is told; tells of every start. */
const [port = '', silentMs = '2000'] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const jobMs = 400;
const queue = new Queue('stall', { connection });
const worker = new Worker(
  'stall',
  async () => {
    process.send?.({ startedAtMs: performance.timeOrigin + performance.now() });
    await new Promise((resolve) => setTimeout(resolve, jobMs));
  },
  { connection, lockDuration: Number(silentMs), stalledInterval: Number(silentMs) },
);
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
process.on('message', () => void queue.add('transcode', {}));
process.on('SIGTERM', () => void worker.close().then(() => process.exit(0)));
process.stdout.write('ready\n');
