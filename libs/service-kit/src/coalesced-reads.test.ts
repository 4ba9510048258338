import type { EventStore, RecordedCommit } from '@ffapi/es';
import { createMemoryEventStore, eventStoreSuite } from '@ffapi/es-testing';
import { expect, it } from 'vitest';
import { coalesceReads } from './coalesced-reads.ts';

eventStoreSuite('reading together', async () => {
  const memory = createMemoryEventStore();
  const store = coalesceReads(memory);
  return {
    open: async () => store,
    openOther: async () => coalesceReads(createMemoryEventStore()),
    cutOff: () => memory.close(),
    close: () => memory.close(),
    timeoutMs: 0,
  };
});

const commits = 3_000;

/** A store that holds jobs and tasks in turn, and counts how often it is read. */
const filled = async () => {
  const memory = createMemoryEventStore();
  for (let n = 0; n < commits; n++)
    await memory.append(n % 2 === 0 ? `job.${n}` : `task.${n}.0`, null, {
      id: `c${n}`,
      occurredAt: '2026-01-01T00:00:00.000Z',
      correlationId: 'c',
      causationId: 'c',
      events: [{ type: 'Happened', version: 1, data: {} }],
    });
  const reads: number[] = [];
  const read: EventStore['read'] = (options) => {
    reads.push(options.after);
    return memory.read(options);
  };
  return { memory, reads, store: coalesceReads({ ...memory, read }) };
};

const collect = async (reading: AsyncIterable<readonly RecordedCommit[]>): Promise<string[]> => {
  const seen: string[] = [];
  for await (const batch of reading) seen.push(...batch.map(({ stream }) => stream));
  return seen;
};

it('gives each reader what it asked for, all from one read', async () => {
  const { store, reads } = await filled();
  const [all, jobs, nothing] = await Promise.all([
    collect(store.read({ after: 0 })),
    collect(store.read({ after: 0, streams: ['job.>'] })),
    collect(store.read({ after: 0, streams: ['asset.>'] })),
  ]);
  expect(all).toHaveLength(commits);
  expect(jobs).toEqual(Array.from({ length: commits / 2 }, (_, n) => `job.${2 * n}`));
  expect(nothing).toEqual([]);
  expect(reads).toEqual([0]);
});

it('waits for no reader that has gone, and does not wait for company when little is to be read', async () => {
  const { store, reads } = await filled();
  const stopping = new AbortController();
  const quitter = (async () => {
    for await (const batch of store.read({ after: 0, signal: stopping.signal })) {
      expect(batch.length).toBeGreaterThan(0);
      stopping.abort();
    }
  })();
  const leaver = (async () => {
    for await (const batch of store.read({ after: 0 })) return batch.length;
    return 0;
  })();
  expect(await collect(store.read({ after: 0 }))).toHaveLength(commits);
  await quitter;
  expect(await leaver).toBeGreaterThan(0);
  expect(await collect(store.read({ after: commits - 10 }))).toHaveLength(10);
  expect(reads).toEqual([0, commits - 10]);
});

it('tells every reader when the store cannot be read', async () => {
  const { memory } = await filled();
  const store = coalesceReads({
    ...memory,
    // eslint-disable-next-line require-yield
    read: async function* () {
      throw new Error('away');
    },
  });
  const readings = await Promise.allSettled([collect(store.read({ after: 0 })), collect(store.read({ after: 0 }))]);
  expect(readings.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
