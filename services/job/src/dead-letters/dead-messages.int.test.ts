import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectBus, ensurePoolConsumer, ensureWorkStreams, workSubject } from '@ffapi/bus';
import type { ServiceContext } from '@ffapi/service-kit';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deadLetterForgotten } from './dead-messages.runner.ts';

const pool = 'p';
const ackWaitSeconds = 0.05;
let nats: TestNats;
let connection: NatsConnection;
let context: ServiceContext;

beforeAll(async () => {
  nats = await startNats();
  connection = await connectBus({ url: nats.url, name: 'test' });
  context = { connection, config: { WORK_ACK_WAIT_SECONDS: ackWaitSeconds } } as unknown as ServiceContext;
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});
beforeEach(async () => {
  await ensureWorkStreams(connection);
  await ensurePoolConsumer(connection, { pool, ackWaitMs: 60_000 });
});

const messagesIn = async (stream: string): Promise<number> =>
  (await (await jetstreamManager(connection)).streams.info(stream)).state.messages;

const release = async (jobId: string, isDelivered: boolean): Promise<void> => {
  await jetstream(connection).publish(workSubject(pool, jobId, 0), 'no work item');
  if (!isDelivered) return;
  const consumer = await jetstream(connection).consumers.get('WORK', `pool-${pool}`);
  for await (const message of await consumer.fetch({ max_messages: 1, expires: 1_000 })) message.nak(60_000);
};

/** Looks through the queue once its messages are old enough. */
const look = async (isNeeded: Parameters<typeof deadLetterForgotten>[1]): Promise<void> => {
  await expect
    .poll(async () => {
      const message = await (await jetstreamManager(connection)).streams.getMessage('WORK', { last_by_subj: 'work.>' });
      return message && Date.now() - message.time.getTime() > 2_000 * ackWaitSeconds;
    })
    .toBe(true);
  await deadLetterForgotten(context, isNeeded);
};

it('keeps a copy of a message that was delivered and left behind, and takes it out of the queue', async () => {
  await release('a', true);
  await look(() => false);
  expect([await messagesIn('WORK'), await messagesIn('DLQ')]).toEqual([0, 1]);
});

it('leaves what somebody needs and what was never delivered', async () => {
  await release('b', true);
  await release('c', false);
  await look((jobId) => jobId === 'b');
  expect([await messagesIn('WORK'), await messagesIn('DLQ')]).toEqual([2, 1]);
});
