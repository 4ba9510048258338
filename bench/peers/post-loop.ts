import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { Queue, Worker } from 'bullmq';

/**
 * Signed calls as a bare loop makes them, and, where a redis is named, as a BullMQ worker does: kept-alive
 * connections, a hundred bytes of headers, a kilobyte of body.
 */
const [url = '', redisPort] = process.argv.slice(2);
const concurrency = 64;
const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
const secret = 'whsec_of_the_benchmarks';

const callOnce = (body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const id = `msg_${Math.random()}`;
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', resolve);
    });
    call.once('error', reject).end(body);
  });

const loop = async (body: string, count: number): Promise<void> => {
  let left = count;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await callOnce(body);
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
};

const startQueue = async (port: number): Promise<(body: string, count: number) => Promise<void>> => {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue('calls', { connection });
  const worker = new Worker<{ body: string }>('calls', ({ data }) => callOnce(data.body), { connection, concurrency });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return async (body, count) => {
    let open = count;
    const { promise, resolve } = Promise.withResolvers<void>();
    const onCompleted = (): void => {
      if (--open === 0) resolve();
    };
    worker.on('completed', onCompleted);
    await queue.addBulk(Array.from({ length: count }, () => ({ name: 'call', data: { body } })));
    await promise;
    worker.off('completed', onCompleted);
  };
};

const call = redisPort === undefined ? loop : await startQueue(Number(redisPort));
process.on('message', async ({ body, count }: { body: string; count: number }) => {
  const startMs = performance.now();
  await call(body, count);
  process.send?.((performance.now() - startMs) / 1000);
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
