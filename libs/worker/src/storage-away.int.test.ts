import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobRefOf, BlobStoreUnavailable, createMemoryBlobStore, readBlob, type BlobRef } from '@ffapi/blob';
import { blobHttpHandler, createHttpBlobStore } from '@ffapi/blob-http';
import { connectBus, ensureWorkStreams, LinkDown, workSubject } from '@ffapi/bus';
import { taskStream, type TaskEvent, type WorkItem } from '@ffapi/contracts';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import type { EventStore } from '@ffapi/es';
import { createLogger } from '@ffapi/telemetry';
import { freePorts, startNats, type TestNats } from '@ffapi/testkit';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { localInput, nothing } from './run-operation.ts';
import type { TaskRunner } from './task-runner.ts';
import type { Waiting } from './until-back.ts';
import { startWorker, type Worker } from './worker.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-storage-away-'));
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

/** The real endpoint of the storage service, which can be ended and started at one address. */
const openEndpoint = async () => {
  const bytes = createMemoryBlobStore();
  const handler = blobHttpHandler({ store: bytes, verifyToken: () => true });
  const [port = 0] = await freePorts(1);
  let server: Server | null = null;
  let halfway: ((res: ServerResponse) => void) | null = null;
  const start = async (): Promise<void> => {
    server = createServer((req, res) => {
      if (halfway !== null && req.method === 'GET') return halfway(res);
      void handler(req, res);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const stop = async (): Promise<void> => {
    server?.closeAllConnections();
    if (server?.listening) await once(server.close(), 'close');
  };
  const restart = async (): Promise<void> => {
    await stop();
    await start();
  };
  return {
    bytes,
    start,
    stop,
    restart,
    /** Ends in the middle of the next answer. */
    stopHalfway: (body: Buffer) => {
      halfway = (res) => {
        halfway = null;
        res.writeHead(200, { 'content-length': body.length });
        res.write(body.subarray(0, body.length / 2), () => void stop());
      };
    },
    client: createHttpBlobStore({ url: `http://127.0.0.1:${port}`, token: 't', retryDelaysMs: [0] }),
  };
};

/** A clock that stands still but for what is waited, and calls back for each pause. */
const waitingWith = (onPause: (pause: number) => Promise<void>): Waiting => {
  let [nowMs, pauses] = [0, 0];
  return {
    nowMs: () => nowMs,
    chance: () => 1,
    wait: async (delayMs, signal) => {
      await onPause(++pauses);
      signal?.throwIfAborted();
      nowMs += delayMs;
    },
  };
};

let jobs = 0;
const itemOf = (source: BlobRef, pool: string): WorkItem => ({
  jobId: `job_${String(++jobs).padStart(26, '0')}`,
  n: 0,
  kind: 'operation',
  pool,
  operation: 'transcode',
  params: {},
  source: null,
  fetchHeadersSecret: null,
  inputs: { source: { blob: source, name: 'a.mp4', contentType: 'video/mp4' } },
  artifacts: [],
  apiKeyId: 'key',
  outputName: null,
  priority: 'normal',
  hardware: 'cpu',
  attemptsMax: 1,
  retryDelayMs: 0,
  afterLostWorker: false,
  traceparent: null,
});

const storyOf = async ({ jobId, n }: WorkItem): Promise<TaskEvent[]> =>
  (await store.load<TaskEvent>(taskStream(jobId, n))).commits.flatMap(({ events }) => events);
const typesOf = async (item: WorkItem): Promise<string[]> => (await storyOf(item)).map(({ type }) => type);

const release = (item: WorkItem) =>
  jetstream(connection).publish(workSubject(item.pool, item.jobId, item.n), JSON.stringify(item));

const work = (
  { client }: Awaited<ReturnType<typeof openEndpoint>>,
  pool: string,
  run: { readonly runner: TaskRunner; readonly waiting: Waiting },
): Promise<Worker> =>
  startWorker({
    service: 'test',
    instance: `w-${pool}`,
    version: '0',
    pool,
    slots: 1,
    runners: { operation: run.runner },
    waiting: run.waiting,
    capabilities: () => ({}),
    connection,
    store,
    blobs: client,
    log: createLogger({ level: 'silent', service: 'test', instance: 'test' }),
    dataDir: dir,
    ackWaitMs: 30_000,
    now: () => new Date().toISOString(),
  });

/** Reads its input to a file, and stores it again from there with a byte more. */
const copy: TaskRunner = async (attempt) => {
  const { source } = attempt.item.inputs;
  const path = await localInput(attempt, 'source', source!);
  const made = join(attempt.workDir, 'made');
  writeFileSync(made, Buffer.concat([readFileSync(path), Buffer.from('!')]));
  const blob = await attempt.blobs.putFile(made, { move: true });
  const { sizeBytes } = blob;
  const artifact = {
    name: 'made',
    kind: 'file',
    contentType: 'x/y',
    blob,
    sizeBytes,
    main: null,
    media: null,
  } as const;
  return { ...nothing, artifacts: [artifact] };
};

it('waits for a storage service that is being restarted, to read and to store', async () => {
  const endpoint = await openEndpoint();
  const bytes = randomBytes(3_000_000);
  const item = itemOf(await endpoint.bytes.put(bytes), 'restarted');
  // Away at the first read, and again when the result is to be stored.
  const runner: TaskRunner = async (attempt) => {
    const path = await localInput(attempt, 'source', attempt.item.inputs.source!);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    await endpoint.stop();
    return copy(attempt);
  };
  let restarts = 0;
  const waiting = waitingWith(async (pause) => {
    // Two of three pauses are in vain.
    if (pause % 3 !== 0) return;
    restarts++;
    await endpoint.start();
  });
  const worker = await work(endpoint, item.pool, { runner, waiting });
  await release(item);
  await expect.poll(() => typesOf(item)).toEqual(['TaskStarted', 'TaskCompleted']);
  expect(restarts).toBe(2);
  const made = Buffer.concat([bytes, Buffer.from('!')]);
  expect(await readBlob(endpoint.bytes, blobRefOf(made))).toEqual(made);
  await worker.drain(0);
  await endpoint.stop();
});

it('goes on with a download that broke in the middle', async () => {
  const endpoint = await openEndpoint();
  const bytes = randomBytes(3_000_000);
  const item = itemOf(await endpoint.bytes.put(bytes), 'halfway');
  endpoint.stopHalfway(bytes);
  await endpoint.start();
  const waiting = waitingWith(() => endpoint.start());
  const worker = await work(endpoint, item.pool, { runner: copy, waiting });
  await release(item);
  await expect.poll(() => typesOf(item)).toEqual(['TaskStarted', 'TaskCompleted']);
  const made = Buffer.concat([bytes, Buffer.from('!')]);
  expect(await readBlob(endpoint.bytes, blobRefOf(made))).toEqual(made);
  await worker.drain(0);
  await endpoint.stop();
});

it('hands back what has waited for a minute, which uses no attempt', async () => {
  const endpoint = await openEndpoint();
  const item = itemOf(await endpoint.bytes.put(randomBytes(9)), 'long');
  let waitedMs = 0;
  const waiting = waitingWith(async () => {});
  const watched: Waiting = {
    ...waiting,
    wait: (delayMs, signal) => {
      waitedMs += delayMs;
      return waiting.wait(delayMs, signal);
    },
  };
  const worker = await work(endpoint, item.pool, { runner: copy, waiting: watched });
  await release(item);
  await expect.poll(() => typesOf(item)).toEqual(['TaskStarted', 'TaskHandedBack', 'RetryScheduled']);
  expect((await storyOf(item))[1]?.data).toMatchObject({ attempt: 1, reason: 'infrastructure_away' });
  expect(waitedMs).toBeGreaterThanOrEqual(60_000);
  expect(waitedMs).toBeLessThan(66_000);
  await worker.drain(0);
});

it('hands back what has lost a part of its result to the outage', async () => {
  const endpoint = await openEndpoint();
  await endpoint.start();
  const item = itemOf(blobRefOf(Buffer.from('x')), 'swept');
  const runner: TaskRunner = async ({ blobs }) => {
    const first = await blobs.put(Buffer.from('first'));
    await endpoint.stop();
    await endpoint.bytes.delete(first);
    await blobs.put(Buffer.from('second'));
    return nothing;
  };
  const worker = await work(endpoint, item.pool, { runner, waiting: waitingWith(() => endpoint.restart()) });
  await release(item);
  await expect.poll(() => typesOf(item)).toEqual(['TaskStarted', 'TaskHandedBack', 'RetryScheduled']);
  await worker.drain(0);
  await endpoint.stop();
});

it.each([
  ['the broker', () => new LinkDown()],
  ['the store', () => new BlobStoreUnavailable('away')],
])('hands back what failed because %s was away', async (_, error) => {
  const endpoint = await openEndpoint();
  const item = itemOf(blobRefOf(Buffer.from('x')), `thrown-${jobs}`);
  const runner: TaskRunner = async () => Promise.reject(error());
  const worker = await work(endpoint, item.pool, { runner, waiting: waitingWith(async () => {}) });
  await release(item);
  await expect.poll(() => typesOf(item)).toEqual(['TaskStarted', 'TaskHandedBack', 'RetryScheduled']);
  await worker.drain(0);
});

it('hands back at once what waits when its worker is told to stop', async () => {
  const endpoint = await openEndpoint();
  const item = itemOf(blobRefOf(randomBytes(9)), 'drained');
  const waits = Promise.withResolvers<void>();
  const waiting: Waiting = {
    ...waitingWith(async () => {}),
    wait: (_, signal) => {
      waits.resolve();
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const worker = await work(endpoint, item.pool, { runner: copy, waiting });
  await release(item);
  await waits.promise;
  await worker.drain(0);
  expect(await typesOf(item)).toEqual(['TaskStarted', 'TaskHandedBack']);
  expect((await storyOf(item))[1]?.data).toMatchObject({ reason: 'worker_draining' });
});
