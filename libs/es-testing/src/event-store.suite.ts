import { hash, randomUUID } from 'node:crypto';
import { InvalidSubject } from '@ffapi/contracts';
import {
  ConcurrencyConflict,
  EventStoreUnavailable,
  type EventStore,
  type ReadOptions,
  type RecordedCommit,
} from '@ffapi/es';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitOf } from './commit-of.ts';
import { versionsSuite } from './versions.suite.ts';

/** What an adapter's test gives to the suite. */
export interface EventStoreHarness {
  /** A handle on the data of this harness. */
  open(): Promise<EventStore>;
  /** A handle on a store that was created apart from this one. */
  openOther(): Promise<EventStore>;
  /** Makes the data of this harness unreachable for good. */
  cutOff(): Promise<void>;
  close(): Promise<void>;
  /** After how long the adapter gives up on a silent server. */
  readonly timeoutMs: number;
}

const newStream = (kind = 'job') => `${kind}.${randomUUID()}`;

const collect = async (store: EventStore, options: ReadOptions): Promise<RecordedCommit[]> => {
  const commits: RecordedCommit[] = [];
  for await (const batch of store.read(options)) {
    expect(batch.length).toBeGreaterThan(0);
    commits.push(...batch);
  }
  return commits;
};

const appendChain = async (store: EventStore, stream: string, count: number): Promise<RecordedCommit[]> => {
  const commits: RecordedCommit[] = [];
  for (let i = 1; i <= count; i++) commits.push(await store.append(stream, commits.at(-1) ?? null, commitOf({ i })));
  return commits;
};

/** Bytes whose digest is a commit's `hash`; every adapter stores this form. */
const storedForm = ({
  id,
  version,
  previousHash,
  occurredAt,
  correlationId,
  causationId,
  traceparent,
  origin,
  events,
}: RecordedCommit) =>
  JSON.stringify({ id, version, previousHash, occurredAt, correlationId, causationId, traceparent, origin, events });

/** Registers the tests that every event store passes. */
export const eventStoreSuite = (name: string, makeHarness: () => Promise<EventStoreHarness>): void => {
  describe(`event store: ${name}`, () => {
    let harness: EventStoreHarness;
    let store: EventStore;
    beforeAll(async () => {
      harness = await makeHarness();
      store = await harness.open();
    });
    afterAll(async () => {
      await store.close();
      await harness.close();
    });

    describe('append and load', () => {
      it('gives an unknown stream as empty', async () => {
        expect(await store.load(newStream())).toEqual({ commits: [], head: null });
      });

      it('gives back what was appended', async () => {
        const stream = newStream();
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        const origin = { ip: '2001:db8::7', userAgent: 'a browser of 2026' };
        const commit = commitOf({ a: 1, nested: { list: [1, null, 'x'] } }, { traceparent, origin });
        const recorded = await store.append(stream, null, commit);
        expect(recorded).toMatchObject({ ...commit, stream, version: 1, previousHash: '' });
        const { commits, head } = await store.load(stream);
        expect(commits).toEqual([recorded]);
        expect(head).toMatchObject({ version: 1, position: recorded.position, hash: recorded.hash });
      });

      it.each(['job.*', 'job.>', '>', 'job.', '.job', 'job..1', 'job.a b', ''])(
        'reads and writes nothing under %j, which names no single stream',
        async (wrong) => {
          await store.append(newStream(), null, commitOf());
          await expect(store.load(wrong)).rejects.toThrow(InvalidSubject);
          await expect(store.append(wrong, null, commitOf())).rejects.toThrow(InvalidSubject);
        },
      );

      it('keeps unicode and 200 KB', async () => {
        const stream = newStream();
        const data = { text: 'ß→漢字 😀 \u0000 \u2028 "\\', big: 'é'.repeat(100_000) };
        await store.append(stream, null, commitOf(data));
        expect((await store.load(stream)).commits[0]?.events[0]?.data).toEqual(data);
      });

      it('keeps all events of a commit together and in order', async () => {
        const stream = newStream();
        const events = [1, 2, 3].map((i) => ({ type: `Step${i}`, version: i, data: { i } }));
        await store.append(stream, null, commitOf({}, { events }));
        await expect(store.append(stream, null, commitOf({}, { events }))).rejects.toThrow(ConcurrencyConflict);
        expect((await store.load(stream)).commits.map((commit) => commit.events)).toEqual([events]);
      });

      it('stores nothing of an origin that is not known, so that what was stored before it keeps its hash', async () => {
        const stream = newStream();
        const commit = commitOf({}, { id: 'fixed', origin: undefined });
        const recorded = await store.append(stream, null, commit);
        expect(recorded).not.toHaveProperty('origin');
        const { id, occurredAt, correlationId, causationId, events } = commit;
        const before = { id, version: 1, previousHash: '', occurredAt, correlationId, causationId, events };
        expect(recorded.hash).toBe(hash('sha256', JSON.stringify(before)));
      });

      it('chains versions and hashes without a gap', async () => {
        const stream = newStream();
        const appended = await appendChain(store, stream, 5);
        const { commits, head } = await store.load(stream);
        expect(commits).toEqual(appended);
        for (const [i, commit] of commits.entries()) {
          expect(commit.version).toBe(i + 1);
          expect(commit.previousHash).toBe(commits[i - 1]?.hash ?? '');
          expect(commit.hash).toBe(hash('sha256', storedForm(commit)));
          expect(commit.position).toBeGreaterThan(commits[i - 1]?.position ?? 0);
        }
        expect(head?.version).toBe(5);
      });
    });

    describe('optimistic lock', () => {
      it('lets exactly one of 50 first writers win', async () => {
        const stream = newStream();
        const second = await harness.open();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 50 }, (_, i) => (i % 2 ? store : second).append(stream, null, commitOf({ i }))),
        );
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(lost).toHaveLength(49);
        for (const { reason } of lost) expect(reason).toBeInstanceOf(ConcurrencyConflict);
        expect((await store.load(stream)).commits).toHaveLength(1);
      });

      it('refuses a stale head and a head of an empty stream', async () => {
        const stream = newStream();
        const [first] = await appendChain(store, stream, 2);
        await expect(store.append(stream, first!, commitOf())).rejects.toThrow(ConcurrencyConflict);
        await expect(store.append(newStream(), first!, commitOf())).rejects.toThrow(ConcurrencyConflict);
        expect((await store.load(stream)).commits).toHaveLength(2);
      });

      it('gives the first result when a commit id comes again', async () => {
        const stream = newStream();
        const commit = commitOf();
        const recorded = await store.append(stream, null, commit);
        expect(await store.append(stream, null, commit)).toEqual(recorded);
        expect(await store.append(stream, recorded, commit)).toEqual(recorded);
        const next = await store.append(stream, recorded, commitOf());
        expect(await store.append(stream, null, commit)).toEqual(recorded);
        expect(await store.append(stream, next, commit)).toEqual(recorded);
        expect((await store.load(stream)).commits).toHaveLength(2);
      });

      it('takes the same commit id in two streams as two commits', async () => {
        const commit = commitOf();
        const [one, other] = [newStream(), newStream()];
        await store.append(one, null, commit);
        expect((await store.append(other, null, commit)).stream).toBe(other);
        expect((await store.load(other)).commits).toHaveLength(1);
      });
    });

    describe('read', () => {
      it('gives commits in position order after a position, and stops at the end', async () => {
        const start = await store.lastPosition();
        const [a, b] = [newStream(), newStream('asset')];
        const a1 = await store.append(a, null, commitOf());
        const b1 = await store.append(b, null, commitOf());
        const a2 = await store.append(a, a1, commitOf());
        expect(await collect(store, { after: start })).toEqual([a1, b1, a2]);
        expect(await collect(store, { after: a1.position })).toEqual([b1, a2]);
        expect(await collect(store, { after: a2.position })).toEqual([]);
        expect(await store.lastPosition()).toBe(a2.position);
      });

      it('gives only the streams that match', async () => {
        const id = randomUUID();
        const job = await store.append(`job.${id}`, null, commitOf());
        const one = await store.append(`task.${id}.1`, null, commitOf());
        await store.append(newStream(), null, commitOf());
        const two = await store.append(`task.${id}.2`, null, commitOf());
        const story = [`job.${id}`, `task.${id}.*`];
        expect(await collect(store, { after: 0, streams: story })).toEqual([job, one, two]);
        expect(await collect(store, { after: 0, streams: [`task.${id}.>`] })).toEqual([one, two]);
        expect(await collect(store, { after: 0, streams: [`task.${id}.2`, `task.${id}.*`] })).toEqual([one, two]);
        expect(await collect(store, { after: 0, streams: [`task.${id}`] })).toEqual([]);
      });

      it('reads more than one batch without a gap', async () => {
        const start = await store.lastPosition();
        const streams = Array.from({ length: 10 }, () => newStream());
        await Promise.all(streams.map((stream) => appendChain(store, stream, 60)));
        const commits = await collect(store, { after: start });
        expect(commits).toHaveLength(600);
        for (const stream of streams) {
          const versions = commits.filter((commit) => commit.stream === stream).map(({ version }) => version);
          expect(versions).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
        }
      });

      it('follows what is appended later, until aborted, and never shows a refused append', async () => {
        const stream = newStream();
        const first = await store.append(stream, null, commitOf());
        const abort = new AbortController();
        const seen: RecordedCommit[] = [];
        const reading = (async () => {
          const options = { after: first.position - 1, streams: [stream], follow: true, signal: abort.signal };
          for await (const batch of store.read(options)) {
            seen.push(...batch);
            if (batch.some(({ version }) => version === 1))
              await store.append(stream, first, commitOf({ later: true }));
            if (batch.some(({ version }) => version === 2)) {
              await store.append(stream, first, commitOf({ refused: true })).catch(() => undefined);
              await store.append(stream, seen.at(-1)!, commitOf({ last: true }));
            }
            if (batch.some(({ version }) => version === 3)) abort.abort();
          }
        })();
        await reading;
        expect(seen.map(({ version }) => version)).toEqual([1, 2, 3]);
        expect(seen.map((commit) => commit.events[0]?.data)).toEqual([{}, { later: true }, { last: true }]);
      });

      it('ends at once when aborted while it waits', async () => {
        const abort = new AbortController();
        const reading = collect(store, { after: await store.lastPosition(), follow: true, signal: abort.signal });
        abort.abort();
        await reading;
      });

      it('ends at once when aborted before it begins', async () => {
        const options = { after: await store.lastPosition(), follow: true, signal: AbortSignal.abort() };
        expect(await collect(store, options)).toEqual([]);
      });
    });

    versionsSuite(() => store);

    describe('as a whole', () => {
      it('keeps its incarnation when opened again, and differs from another store', async () => {
        const again = await harness.open();
        expect(await again.incarnation()).toBe(await store.incarnation());
        const other = await harness.openOther();
        expect(await other.incarnation()).not.toBe(await store.incarnation());
        expect(await other.lastPosition()).toBe(0);
        await other.close();
      });

      it('says that it is unavailable, in time', async () => {
        const lost = await makeHarness();
        const handle = await lost.open();
        await handle.append(newStream(), null, commitOf());
        await lost.cutOff();
        const startedMs = performance.now();
        await Promise.all([
          expect(handle.append(newStream(), null, commitOf())).rejects.toThrow(EventStoreUnavailable),
          expect(handle.load(newStream())).rejects.toThrow(EventStoreUnavailable),
          expect(handle.lastPosition()).rejects.toThrow(EventStoreUnavailable),
          expect(collect(handle, { after: 0 })).rejects.toThrow(EventStoreUnavailable),
        ]);
        expect(performance.now() - startedMs).toBeLessThan(lost.timeoutMs + 1_500);
        await handle.close();
        await lost.close();
      });
    });
  });
};
