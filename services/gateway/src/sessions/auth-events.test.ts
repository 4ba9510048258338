import type { AuthEvent } from '@ffapi/contracts';
import { EventStoreUnavailable, type EventStore, type RecordedCommit } from '@ffapi/es';
import { createMemoryEventStore } from '@ffapi/es-testing';
import type { ServiceContext } from '@ffapi/service-kit';
import { expect, it } from 'vitest';
import type { AuthFact } from './auth-tally.ts';
import { recordAuthEvents } from './auth-events.runner.ts';

let ids = 0;
const contextOf = (store: EventStore, now = (): string => '2026-01-02T03:04:05.678Z') =>
  ({
    store,
    now,
    instance: 'host.example-1-abc',
    newId: () => `cmd_${ids++}`,
    log: { warn: () => {} },
  }) as unknown as ServiceContext;

const wrong = (n: number): AuthFact => ({ reason: 'unknown_key', apiKeyId: null, ip: `192.0.2.${n}`, userAgent: null });

const stored = async (store: EventStore): Promise<RecordedCommit<AuthEvent>[]> => {
  const commits: RecordedCommit<AuthEvent>[] = [];
  for await (const batch of store.read<AuthEvent>({ after: 0 })) commits.push(...batch);
  return commits;
};
const countOf = (commits: readonly RecordedCommit<AuthEvent>[]): number =>
  commits.flatMap(({ events }) => events).reduce((sum, { data }) => sum + data.count, 0);

it('writes what it has noted when it is stopped, ten thousand as one', async () => {
  const store = createMemoryEventStore();
  const facts = recordAuthEvents(contextOf(store));
  for (let n = 0; n < 10_000; n++) facts.note(wrong(1));
  expect(await store.lastPosition()).toBe(0);
  await facts.stop();
  const commits = await stored(store);
  expect(commits).toHaveLength(1);
  expect(commits[0]).toMatchObject({ stream: 'auth.2026-01-02.host-example-1-abc', version: 1 });
  expect(countOf(commits)).toBe(10_000);
});

it('writes many kinds in several commits of a size that the store takes, and loses none', async () => {
  const store = createMemoryEventStore();
  const facts = recordAuthEvents(contextOf(store));
  for (let n = 0; n < 3_000; n++) facts.note({ ...wrong(n), reason: null, apiKeyId: 'key_1' });
  for (let n = 0; n < 3_000; n++) facts.note(wrong(n));
  await facts.stop();
  const commits = await stored(store);
  expect(Math.max(...commits.map(({ events }) => events.length))).toBe(100);
  expect(countOf(commits)).toBe(6_000);
  expect(commits.map(({ version }) => version)).toEqual(commits.map((_, i) => i + 1));
});

it('keeps what the store did not confirm, and stores it once', async () => {
  const store = createMemoryEventStore();
  let isLost = true;
  const append: EventStore['append'] = async (...args) => {
    const commit = await store.append(...args);
    if (isLost) throw new EventStoreUnavailable('the answer was lost');
    return commit as never;
  };
  const facts = recordAuthEvents(contextOf({ ...store, append }));
  facts.note(wrong(1));
  await facts.stop();
  facts.note(wrong(2));
  isLost = false;
  await facts.stop();
  const commits = await stored(store);
  expect(commits.map(({ events }) => events.map(({ data }) => data.ip))).toEqual([['192.0.2.1'], ['192.0.2.2']]);
});

it('begins a stream each day', async () => {
  const store = createMemoryEventStore();
  let now = '2026-01-02T23:59:59.000Z';
  const facts = recordAuthEvents(contextOf(store, () => now));
  facts.note(wrong(1));
  await facts.stop();
  now = '2026-01-03T00:00:01.000Z';
  facts.note(wrong(2));
  await facts.stop();
  expect((await stored(store)).map(({ stream, version }) => [stream.split('.')[1], version])).toEqual([
    ['2026-01-02', 1],
    ['2026-01-03', 1],
  ]);
});
