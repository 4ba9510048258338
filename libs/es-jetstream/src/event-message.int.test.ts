import { EventStoreCorrupt } from '@ffapi/es';
import { commitOf } from '@ffapi/es-testing';
import { startNats } from '@ffapi/testkit';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { commitOfMessage } from './event-message.ts';
import { createJetStreamEventStore } from './event-store.ts';
import { encodeCommit } from './stored-commit.ts';

it('gives a consumer the commit with its position, that of a relay first', async () => {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url });
  const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  const recorded = await store.append('job.a', null, commitOf({ n: 1 }));
  const relayed = encodeCommit(null, commitOf({ n: 2 }));
  const head = headers();
  head.set('Ffapi-Hash', relayed.hash);
  head.set('Ffapi-Position', '7700');
  const js = jetstream(connection);
  await js.publish('evt.job.b', relayed.data, { headers: head });
  head.set('Ffapi-Hash', recorded.hash);
  await js.publish('evt.job.c', relayed.data, { headers: head });

  const consumer = await js.consumers.get('EVENTS');
  const next = async () => (await consumer.next())!;
  expect(commitOfMessage(await next())).toEqual(recorded);
  expect(commitOfMessage(await next())).toMatchObject({ stream: 'job.b', position: 7_700, version: 1 });
  const forged = await next();
  expect(() => commitOfMessage(forged)).toThrow(EventStoreCorrupt);
  await connection.close();
  await nats.stop();
});
