import { EventStoreCorrupt } from '@ffapi/es';
import { commitOf, eventStoreSuite } from '@ffapi/es-testing';
import { expect, it } from 'vitest';
import { createKurrentEventStore } from './event-store.ts';
import { startKurrentDouble } from './kurrentdb.double.ts';

const timeoutMs = 1_000;

eventStoreSuite('KurrentDB client against a double', async () => {
  const double = await startKurrentDouble();
  const others: (() => Promise<void>)[] = [];
  return {
    timeoutMs,
    open: async () => createKurrentEventStore({ url: double.url, timeoutMs }),
    openOther: async () => {
      const other = await startKurrentDouble();
      others.push(other.stop);
      return createKurrentEventStore({ url: other.url, timeoutMs });
    },
    cutOff: () => double.stop(),
    close: async () => {
      for (const stop of [...others, double.stop]) await stop();
    },
  };
});

it('refuses a commit whose bytes have changed', async () => {
  const double = await startKurrentDouble();
  const store = createKurrentEventStore({ url: double.url, timeoutMs });
  await store.append('job.a', null, commitOf({ text: 'abcdef' }));
  const text = JSON.stringify((await store.load('job.a')).commits);
  expect(text).toContain('abcdef');
  double.flip(0, 10);
  await expect(store.load('job.a')).rejects.toThrow(EventStoreCorrupt);
  await store.close();
  await double.stop();
});
