import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectBus } from './connect.ts';
import { recreateConsumersAhead } from './recreate-consumers.ts';
import { ensurePoolConsumer, ensureWorkStreams, workSubject } from './streams.ts';

const pool = 'p';
let storeDir: string;
let nats: TestNats;
let connection: NatsConnection;

const open = async (): Promise<void> => {
  nats = await startNats({ storeDir });
  connection = await connectBus({ url: nats.url, name: 'test' });
};

const release = (n: number): Promise<unknown> =>
  jetstream(connection).publish(workSubject(pool, 'job_a', n), String(n));

/** Takes so many messages, or what comes until patience ends. */
const take = async (count: number, patienceMs = 60_000): Promise<string[]> => {
  const consumer = await jetstream(connection).consumers.get('WORK', `pool-${pool}`);
  const taken: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: patienceMs })) {
    taken.push(message.string());
  }
  return taken;
};

beforeEach(async () => {
  storeDir = mkdtempSync(join(tmpdir(), 'ffapi-ahead-'));
  await open();
  await ensureWorkStreams(connection);
  await ensurePoolConsumer(connection, { pool, ackWaitMs: 5_000 });
});

afterEach(async () => {
  await connection.close();
  await nats.stop();
  rmSync(storeDir, { recursive: true, force: true });
});

/** Resolves when the server has stored that so many messages are delivered, which it does a while after. */
const deliveredOnDisk = async (count: number): Promise<void> => {
  const place = join(storeDir, `store/jetstream/$G/streams/WORK/obs/pool-${pool}/o.dat`);
  // Two bytes of header, the ack floor, then what is delivered: a number of the consumer, one of the stream.
  await expect.poll(() => [...readFileSync(place).subarray(4, 6)]).toEqual([count, count]);
};

/** As after a power cut: the stream is what it was before, the consumer is not. */
const loseNewestMessages = async (spend: () => Promise<void>): Promise<void> => {
  const messages = join(storeDir, 'store/jetstream/$G/streams/WORK/msgs');
  const kept = join(storeDir, 'kept');
  await connection.close();
  await nats.kill();
  cpSync(messages, kept, { recursive: true });
  await open();
  await spend();
  await connection.close();
  await nats.kill();
  rmSync(messages, { recursive: true });
  cpSync(kept, messages, { recursive: true });
  await open();
};

it('delivers what is released after the stream has lost its newest messages', async () => {
  await loseNewestMessages(async () => {
    for (const n of [1, 2, 3]) await release(n);
    expect(await take(3)).toEqual(['1', '2', '3']);
    await deliveredOnDisk(3);
  });
  await release(4);
  expect(await take(1, 1_000)).toEqual([]);
  expect(await recreateConsumersAhead(connection, 'WORK')).toEqual([`pool-${pool}`]);
  expect(await take(1)).toEqual(['4']);
});

it('leaves consumers alone that are not ahead', async () => {
  await release(1);
  await take(1);
  expect(await recreateConsumersAhead(connection, 'WORK')).toEqual([]);
});
