import type { EventStore, ReadOptions, RecordedCommit } from '@ffapi/es';
import { createMemoryEventStore, eventStoreSuite } from '@ffapi/es-testing';
import { expect, it } from 'vitest';
import { shareTail } from './shared-reader.ts';

const append = (store: EventStore, stream: string): Promise<RecordedCommit> =>
  store.append(stream, null, {
    id: `commit of ${stream}`,
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c',
    causationId: 'c',
    events: [{ type: 'Happened', version: 1, data: {} }],
  });

eventStoreSuite('shared tail', async () => {
  const memory = createMemoryEventStore();
  const store = shareTail(memory);
  return {
    open: async () => store,
    openOther: async () => shareTail(createMemoryEventStore()),
    cutOff: () => memory.close(),
    close: () => memory.close(),
    timeoutMs: 0,
  };
});

/** A memory store that counts how often it is followed. */
const counted = () => {
  const memory = createMemoryEventStore();
  const reads = { following: 0 };
  const read: EventStore['read'] = (options) => {
    if (options.follow) reads.following++;
    return memory.read(options);
  };
  return { memory, reads, store: shareTail({ ...memory, read }) };
};

const follow = (store: EventStore, options: Partial<ReadOptions> = {}) => {
  const stopping = new AbortController();
  const seen: string[] = [];
  const batches: number[] = [];
  const ended = (async () => {
    for await (const commits of store.read({ after: 0, follow: true, signal: stopping.signal, ...options })) {
      seen.push(...commits.map(({ stream }) => stream));
      batches.push(commits.length);
    }
  })();
  return {
    seen,
    batches,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};

it('gives every follower all that it asked for, in order and once, from one read of the store', async () => {
  const { store, reads } = counted();
  for (let n = 0; n < 5; n++) await append(store, `job.${n}`);
  const followers = [follow(store), follow(store, { streams: ['job.>'] }), follow(store, { streams: ['task.*.1'] })];
  await expect.poll(() => followers[1]?.seen.length).toBe(5);
  for (let n = 5; n < 9; n++) await append(store, `job.${n}`);
  await append(store, 'task.job_a.1');
  await append(store, 'task.job_a.12');
  await expect.poll(() => followers[0]?.seen.length).toBe(11);
  await expect.poll(() => followers[2]?.seen).toEqual(['task.job_a.1']);
  expect(followers[1]?.seen).toEqual(Array.from({ length: 9 }, (_, n) => `job.${n}`));
  const late = follow(store, { after: 3 });
  await expect.poll(() => late.seen.length).toBe(8);
  expect(reads.following).toBe(1);
  await Promise.all([...followers, late].map((each) => each.stop()));
});

it('reads anew after everyone has left', async () => {
  const { store, reads } = counted();
  await follow(store).stop();
  await append(store, 'job.1');
  const follower = follow(store);
  await expect.poll(() => follower.seen).toEqual(['job.1']);
  await append(store, 'job.2');
  await expect.poll(() => follower.seen).toEqual(['job.1', 'job.2']);
  expect(reads.following).toBeLessThanOrEqual(2);
  await follower.stop();
});

it('gathers what comes in a short while into one batch', async () => {
  const { store } = counted();
  const follower = follow(store, { gatherMs: 200 });
  const eager = follow(store);
  await append(store, 'job.0');
  await expect.poll(() => eager.seen.length).toBe(1);
  for (let n = 1; n < 20; n++) await append(store, `job.${n}`);
  await expect.poll(() => follower.seen.length).toBe(20);
  expect(follower.batches.length).toBeLessThan(eager.batches.length);
  await follower.stop();
  await eager.stop();
});

it('lets a follower that fell far behind catch up by itself, and misses and repeats nothing', async () => {
  const { store } = counted();
  await append(store, 'job.first');
  const stopping = new AbortController();
  const eager = follow(store);
  await expect.poll(() => eager.seen.length).toBe(1);
  const slow = store.read({ after: 1, follow: true, signal: stopping.signal })[Symbol.asyncIterator]();
  const first = slow.next();
  await append(store, 'job.0');
  const seen = [...((await first).value ?? [])].map(({ stream }: RecordedCommit) => stream);
  for (let n = 1; n <= 6_000; n++) await append(store, `job.${n}`);
  await expect.poll(() => eager.seen.length).toBe(6_002);
  while (seen.length < 6_001)
    seen.push(...((await slow.next()).value ?? []).map(({ stream }: RecordedCommit) => stream));
  expect(seen).toEqual(Array.from({ length: 6_001 }, (_, n) => `job.${n}`));
  stopping.abort();
  await slow.return?.();
  await eager.stop();
});

it('tells every follower when the store cannot be read, and follows again after that', async () => {
  const memory = createMemoryEventStore();
  let isAway = false;
  const failing = Promise.withResolvers<never>();
  const store = shareTail({
    ...memory,
    read: async function* <E extends never>(options: ReadOptions) {
      if (!options.follow || isAway) return yield* memory.read<E>(options);
      isAway = true;
      await failing.promise;
    } as EventStore['read'],
  });
  const followers = [follow(store), follow(store)];
  const ends = Promise.allSettled(followers.map(({ ended }) => ended));
  await expect.poll(() => isAway).toBe(true);
  failing.reject(new Error('away'));
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = follow(store);
  await append(store, 'job.1');
  await expect.poll(() => again.seen).toEqual(['job.1']);
  await again.stop();
});
