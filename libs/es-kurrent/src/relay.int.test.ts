import { commitOf } from '@ffapi/es-testing';
import { startNats, type TestNats } from '@ffapi/testkit';
import { jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { EventStore, RecordedCommit } from '@ffapi/es';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createKurrentEventStore } from './event-store.ts';
import { startKurrentDouble } from './kurrentdb.double.ts';
import { createRelay, positionHeader, type Relay } from './relay.ts';

let nats: TestNats;
let connection: NatsConnection;
let double: Awaited<ReturnType<typeof startKurrentDouble>>;
let kurrent: EventStore;
const relays: Relay[] = [];

beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url });
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});
beforeEach(async () => {
  double = await startKurrentDouble();
  kurrent = createKurrentEventStore({ url: double.url });
  await makeStream();
});
afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.stop();
  await dropStream();
  await kurrent.close();
  await double.stop();
});

const makeStream = async () =>
  (await jetstreamManager(connection)).streams.add({ name: 'EVENTS', subjects: ['evt.>'] });
const dropStream = async () => (await jetstreamManager(connection)).streams.delete('EVENTS');
const startRelay = (more: Partial<Parameters<typeof createRelay>[0]> = {}) => {
  const relay = createRelay({ kurrent, connection, timeoutMs: 1_000, ...more });
  relays.push(relay);
  return relay;
};
const append = async (count: number) => {
  const stream = `job.${crypto.randomUUID()}`;
  const commits: RecordedCommit[] = [];
  for (let n = 0; n < count; n++) commits.push(await kurrent.append(stream, commits.at(-1) ?? null, commitOf({ n })));
  return commits;
};
/** The first messages of EVENTS, as many as wanted. */
const published = async (count: number): Promise<JsMsg[]> => {
  const consumer = await jetstream(connection).consumers.get('EVENTS');
  const messages: JsMsg[] = [];
  for await (const message of await consumer.consume()) if (messages.push(message) === count) break;
  return messages;
};
const positionsOf = (messages: readonly JsMsg[]) => messages.map(({ headers }) => Number(headers?.get(positionHeader)));

it('publishes what is stored, then what comes, with the bytes and positions of the database', async () => {
  const before = await append(3);
  startRelay();
  await published(3);
  const commits = [...before, ...(await append(2))];
  const messages = await published(5);
  expect(positionsOf(messages)).toEqual(commits.map(({ position }) => position));
  for (const [i, message] of messages.entries()) {
    const { stream, hash, position, ...record } = commits[i]!;
    expect(message.subject).toBe(`evt.${stream}`);
    expect(message.headers?.get('Ffapi-Hash')).toBe(hash);
    expect(message.json()).toEqual(record);
    expect(position).toBeGreaterThan(0);
  }
});

it('goes on behind the last message after a restart', async () => {
  const first = startRelay();
  const before = await append(2);
  await published(2);
  await first.stop();
  const after = await append(2);
  const second = startRelay();
  const positions = positionsOf(await published(4));
  expect(positions).toEqual([...before, ...after].map(({ position }) => position));
  await second.stop();
  expect(second.position()).toBe(positions.at(-1));
});

it('publishes every commit once while two relays are at work', async () => {
  startRelay();
  startRelay();
  const commits = await append(60);
  expect(positionsOf(await published(60))).toEqual(commits.map(({ position }) => position));
  for (const relay of relays.splice(0)) await relay.stop();
  const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
  expect(state.messages).toBe(60);
});

it('publishes everything again into a stream that was lost', async () => {
  const retried = Promise.withResolvers<void>();
  startRelay({ onRetry: () => retried.resolve() });
  const before = await append(2);
  await published(2);
  await dropStream();
  const after = await append(1);
  await retried.promise;
  await makeStream();
  expect(positionsOf(await published(3))).toEqual([...before, ...after].map(({ position }) => position));
});

it('publishes nothing behind messages that are not from KurrentDB', async () => {
  await jetstream(connection).publish('evt.job.foreign', '{}');
  const retried = Promise.withResolvers<unknown>();
  startRelay({ onRetry: retried.resolve });
  await append(1);
  expect(await retried.promise).toMatchObject({ name: 'EventStoreCorrupt' });
  const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
  expect(state.messages).toBe(1);
});

it('works only while it holds the lease', async () => {
  const turn = Promise.withResolvers<void>();
  startRelay({
    lease: async (work, signal) => {
      await turn.promise;
      await work(signal);
    },
  });
  await append(1);
  const { state } = await (await jetstreamManager(connection)).streams.info('EVENTS');
  expect(state.messages).toBe(0);
  turn.resolve();
  await published(1);
});
