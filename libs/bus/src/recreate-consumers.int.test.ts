import { cpSync, mkdtempSync, rmSync } from 'node:fs';
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

/** Takes and acknowledges what comes within a second. */
const take = async (count: number): Promise<string[]> => {
  const consumer = await jetstream(connection).consumers.get('WORK', `pool-${pool}`);
  const taken: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: count, expires: 1_000 })) {
    taken.push(message.string());
    await message.ackAck();
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
  });
  await release(4);
  expect(await take(1)).toEqual([]);
  expect(await recreateConsumersAhead(connection, 'WORK')).toEqual([`pool-${pool}`]);
  expect(await take(1)).toEqual(['4']);
});

it('leaves consumers alone that are not ahead', async () => {
  await release(1);
  await take(1);
  expect(await recreateConsumersAhead(connection, 'WORK')).toEqual([]);
});
