import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InvalidSubject } from '@ffapi/contracts';
import { openBucket } from './bucket.ts';
import { connectBus } from './connect.ts';
import { holdLease } from './lease.ts';
import { runPool, type Disposition } from './pool-runner.ts';
import { listen, signals, tell } from './signals.ts';
import { ensurePoolConsumer, ensureWorkStreams, workSubject } from './streams.ts';

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNats();
  connection = await connectBus({ url: nats.url, name: 'test' });
  await ensureWorkStreams(connection);
  await ensureWorkStreams(connection);
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

const gate = <T>(): { promise: Promise<T>; open: (value: T) => void } => {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
};

it('names one entry of a bucket at a time', async () => {
  const bucket = await openBucket(connection, 'NAMED', { history: 1 });
  await bucket.put('one', '1');
  await bucket.put('two', '2');
  for (const key of ['*', '>', 'o*', '', 'a..b', 'a b']) {
    for (const method of ['get', 'delete', 'purge'] as const)
      await expect(bucket[method](key), `${method} ${key}`).rejects.toThrow(InvalidSubject);
    await expect(bucket.put(key, '3')).rejects.toThrow(InvalidSubject);
  }
  expect((await bucket.get('one'))?.string()).toBe('1');
  expect((await bucket.get('two'))?.string()).toBe('2');
});

it('refuses a second release of the same task while the first waits', async () => {
  const js = jetstream(connection);
  await js.publish(workSubject('p1', 'job_a', 1), '1');
  await expect(js.publish(workSubject('p1', 'job_a', 1), '2')).rejects.toThrow(/maximum messages per subject/);
});

it('keeps a slow message alive, redelivers a failed one, drains what is in hand', async () => {
  const durable = await ensurePoolConsumer(connection, { pool: 'p2', ackWaitMs: 600 });
  const js = jetstream(connection);
  const seen: { subject: string; isRedelivery: boolean }[] = [];
  const redelivered = gate<void>();
  const slowStarted = gate<void>();
  const slowMayEnd = gate<Disposition>();
  const runner = runPool({
    connection,
    stream: 'WORK',
    durable,
    slots: 2,
    workingMs: 150,
    restore: async () => {},
    onError: () => {},
    handle: async ({ subject, isRedelivery }) => {
      seen.push({ subject, isRedelivery });
      if (subject.endsWith('slow.1')) {
        slowStarted.open();
        return slowMayEnd.promise;
      }
      if (!isRedelivery) return { nakAfterMs: 50 };
      redelivered.open();
      return { ack: true };
    },
  });
  await js.publish(workSubject('p2', 'slow', 1), '');
  await slowStarted.promise;
  await js.publish(workSubject('p2', 'fails', 1), '');
  await redelivered.promise;
  expect(runner.busy()).toBeGreaterThanOrEqual(1);
  const drained = runner.drain();
  // Twice the ack wait: without `working()` the slow message would be delivered a second time.
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  slowMayEnd.open({ ack: true });
  await drained;
  expect(seen.filter(({ subject }) => subject.endsWith('slow.1'))).toHaveLength(1);
  expect(seen.filter(({ subject }) => subject.endsWith('fails.1'))).toHaveLength(2);
});

it('takes one message and ends, or ends without one', async () => {
  const durable = await ensurePoolConsumer(connection, { pool: 'p6', ackWaitMs: 5_000 });
  const js = jetstream(connection);
  const taken: string[] = [];
  const takeOne = (idleMs: number) =>
    runPool({
      connection,
      stream: 'WORK',
      durable,
      slots: 1,
      workingMs: 1_000,
      once: { idleMs },
      restore: async () => {},
      onError: () => {},
      handle: async ({ subject }) => {
        taken.push(subject);
        return { ack: true };
      },
    });
  await Promise.all([1, 2, 3].map((n) => js.publish(workSubject('p6', 'once', n), '')));
  await takeOne(60_000).ended;
  expect(taken).toHaveLength(1);
  await Promise.all([takeOne(60_000).ended, takeOne(60_000).ended]);
  expect(taken.toSorted()).toEqual([1, 2, 3].map((n) => workSubject('p6', 'once', n)));
  await takeOne(0).ended;
  expect(taken).toHaveLength(3);
});

it('leaves a message to whoever has it by now', async () => {
  const durable = await ensurePoolConsumer(connection, { pool: 'p4', ackWaitMs: 600 });
  const second = gate<void>();
  const third = gate<void>();
  const runner = runPool({
    connection,
    stream: 'WORK',
    durable,
    slots: 3,
    // Later than the ack wait: the message is taken for lost while it is still in work.
    workingMs: 60_000,
    restore: async () => {},
    onError: () => {},
    handle: async ({ deliveries }) => {
      if (deliveries === 1) {
        await second.promise;
        return { leave: true };
      }
      if (deliveries === 2) {
        second.open();
        await third.promise;
      }
      third.open();
      return { ack: true };
    },
  });
  await jetstream(connection).publish(workSubject('p4', 'left', 1), '');
  await third.promise;
  await runner.drain();
});

it('goes on after its stream was deleted', async () => {
  const own = await startNats();
  const bus = await connectBus({ url: own.url, name: 'test' });
  await ensureWorkStreams(bus);
  const pool = { pool: 'p3', ackWaitMs: 600 };
  const handled = gate<string>();
  const runner = runPool({
    connection: bus,
    stream: 'WORK',
    durable: await ensurePoolConsumer(bus, pool),
    slots: 1,
    workingMs: 150,
    restore: async () => {
      await ensureWorkStreams(bus);
      await ensurePoolConsumer(bus, pool);
    },
    onError: () => {},
    handle: async ({ subject }) => {
      handled.open(subject);
      return { ack: true };
    },
  });
  await (await jetstreamManager(bus)).streams.delete('WORK');
  const publish = async (): Promise<boolean> =>
    jetstream(bus)
      .publish(workSubject('p3', 'after', 1), '')
      .then(
        () => true,
        () => false,
      );
  await expect.poll(publish).toBe(true);
  expect(await handled.promise).toBe(workSubject('p3', 'after', 1));
  await runner.drain();
  await bus.close();
  await own.stop();
});

it('gives a lease to one holder at a time and passes it on', async () => {
  const held: string[] = [];
  const firstHeld = gate<void>();
  const secondHeld = gate<void>();
  const make = (holder: string, got: () => void) =>
    holdLease({
      connection,
      name: 'dispatch',
      holder,
      ttlMs: 1_000,
      onError: () => {},
      onHeld: (signal) => {
        held.push(holder);
        got();
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
      },
    });
  const first = make('a', firstHeld.open);
  await firstHeld.promise;
  const second = make('b', secondHeld.open);
  expect(held).toEqual(['a']);
  await first.release();
  await secondHeld.promise;
  expect(held).toEqual(['a', 'b']);
  expect(second.isHeld()).toBe(true);
  await second.release();
});

it('passes a lease on when the work of its holder fails', async () => {
  const errors: string[] = [];
  const turns: string[] = [];
  const secondHeld = gate<void>();
  const make = (holder: string, work: (signal: AbortSignal) => Promise<void>) =>
    holdLease({
      connection,
      name: 'fails',
      holder,
      ttlMs: 3_000,
      onError: (error) => errors.push(String(error)),
      onHeld: (signal) => {
        turns.push(holder);
        return work(signal);
      },
    });
  const failing = make('a', async () => {
    if (turns.length === 1)
      second = make('b', async (signal) => {
        secondHeld.open();
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      });
    throw new Error('the read model is away');
  });
  let second: ReturnType<typeof make> | undefined;
  await secondHeld.promise;
  expect(failing.isHeld()).toBe(false);
  expect(errors[0]).toContain('the read model is away');
  await second?.release();
  await failing.release();
});

it('tells listeners JSON and drops what is not', async () => {
  const got = gate<unknown>();
  const subscription = listen<{ percent: number }>(connection, 'progress.*', (body) => got.open(body));
  connection.publish(signals.progress('job_x'), 'not json');
  tell(connection, signals.progress('job_x'), { percent: 4 });
  expect(await got.promise).toEqual({ percent: 4 });
  subscription.unsubscribe();
});

it('gives a lease back that was released while it was acquired', async () => {
  const onHeld = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  const options = { connection, name: `lease-${crypto.randomUUID()}`, onHeld, onError: () => {} };
  for (let steps = 0; steps < 40; steps++) {
    const lease = holdLease({ ...options, holder: `h${steps}` });
    for (let step = 0; step < steps; step++) await connection.flush();
    await lease.release();
  }
});

it('does not call a lease its own that may have run out while the process stood still', async () => {
  const ttlMs = 400;
  let lease: ReturnType<typeof holdLease> | null = null;
  const held = new Promise<void>((resolve) => {
    lease = holdLease({
      connection,
      name: 'still',
      holder: 'h',
      ttlMs,
      onHeld: async (signal) => {
        resolve();
        await new Promise((over) => signal.addEventListener('abort', over, { once: true }));
      },
      onError: () => {},
    });
  });
  await held;
  expect(lease!.isHeld()).toBe(true);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ttlMs);
  expect(lease!.isHeld()).toBe(false);
  await lease!.release();
});

it('asks for as many copies of streams and buckets as the connection was opened with', async () => {
  const replicated = await connectBus({ url: nats.url, name: 'replicated', replicas: 3 });
  // One server alone has to refuse; of WORK it has a single copy already, which is written asynchronously.
  await expect(ensureWorkStreams(replicated)).rejects.toThrow(/replicated streams/);
  await expect(openBucket(replicated, 'COPIES', { history: 1 })).rejects.toThrow(/replicas > 1/);
  expect((await (await openBucket(connection, 'COPIES', { history: 1 })).status()).replicas).toBe(1);
  await replicated.close();
});
