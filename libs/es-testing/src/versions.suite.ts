import { randomUUID } from 'node:crypto';
import {
  evolveBy,
  EventUnknown,
  handleCommand,
  projectedEvents,
  upcasting,
  type Decider,
  type EventStore,
  type Projection,
  type ReadOptions,
  type RecordedCommit,
  type Upcast,
} from '@ffapi/es';
import { describe, expect, it } from 'vitest';
import { commitOf } from './commit-of.ts';

type Paid = { readonly type: 'Paid'; readonly version: 2; readonly data: { readonly cents: number } };
type Pay = { readonly cents: number; readonly centsMax: number };

const purse: Decider<Pay, Paid, number> = {
  initialState: 0,
  decide: ({ cents, centsMax }, paid) =>
    paid + cents > centsMax ? [] : [{ type: 'Paid', version: 2, data: { cents } }],
  evolve: evolveBy<Paid, number>({ Paid: (paid, { cents }) => paid + cents }),
};

const payments: Projection<Paid, { readonly cents: readonly number[] }> = {
  name: 'payments',
  version: 1,
  streams: ['purse.>'],
  indexes: [],
  keys: ({ stream }) => [stream],
  evolve: (before, { event }) => ({ cents: [...(before?.cents ?? []), event.data.cents] }),
};

/** Version 1 was in euros. */
const upcast: Upcast = (_stream, event) => {
  if (event.type !== 'Paid' || event.version > 2) return null;
  if (event.version === 2) return event;
  return { ...event, version: 2, data: { cents: (event.data as { euros: number }).euros * 100 } };
};

const old = (euros: number) => commitOf({}, { events: [{ type: 'Paid', version: 1, data: { euros } }] });
const current = (cents: number) => commitOf({}, { events: [{ type: 'Paid', version: 2, data: { cents } }] });
const fromTheFuture = [
  ['a type', commitOf({}, { events: [{ type: 'Lent', version: 1, data: {} }] })],
  ['a version', commitOf({}, { events: [{ type: 'Paid', version: 3, data: { price: '5 €' } }] })],
] as const;

const newStream = () => `purse.${randomUUID()}`;

const pay = (store: EventStore, stream: string, command: Pay) =>
  handleCommand(store, purse, stream, command, {
    commitId: randomUUID(),
    occurredAt: '2026-01-02T03:04:05.678Z',
    correlationId: stream,
    causationId: stream,
  });

/** What is read before it ends or fails, and with what it failed. */
const readUntilStopped = async (store: EventStore, options: ReadOptions) => {
  const commits: RecordedCommit<Paid>[] = [];
  try {
    for await (const batch of store.read<Paid>(options)) commits.push(...batch);
  } catch (error) {
    return { commits, error };
  }
  return { commits, error: null };
};

/** Registers the tests of a store that holds events of several versions of the platform. */
export const versionsSuite = (open: () => EventStore): void => {
  describe('events of several versions', () => {
    const opened = () => ({ stored: open(), store: upcasting(open(), upcast) });

    it('are the newest one to a decider, which goes on in the chain of what is stored', async () => {
      const { stored, store } = opened();
      const stream = newStream();
      const first = await stored.append(stream, null, old(3));
      const second = await stored.append(stream, first, current(50));
      const { state, commit } = await pay(store, stream, { cents: 10, centsMax: 360 });
      expect(state).toBe(360);
      expect(commit).toMatchObject({ version: 3, previousHash: second.hash });
      expect((await pay(store, stream, { cents: 1, centsMax: 360 })).commit).toBeNull();
      expect((await stored.load(stream)).commits).toEqual([first, second, commit]);
    });

    it('are the newest one to a projection, also of what comes while it follows', async () => {
      const { stored, store } = opened();
      const stream = newStream();
      const first = await stored.append(stream, null, old(3));
      const abort = new AbortController();
      let document: { readonly cents: readonly number[] } | null = null;
      const reading = { after: first.position - 1, streams: [stream], follow: true, signal: abort.signal };
      for await (const commits of store.read<Paid>(reading)) {
        for (const event of commits.flatMap(projectedEvents)) document = payments.evolve(document, event, stream);
        if (commits[0]?.version === 1)
          await stored.append(stream, await stored.append(stream, first, current(50)), old(1));
        if (commits.at(-1)?.version === 3) abort.abort();
      }
      expect(document).toEqual({ cents: [300, 50, 100] });
      const { commits } = await readUntilStopped(store, { after: 0, streams: [stream] });
      expect(commits.map(({ hash }) => hash)).toEqual((await stored.load(stream)).commits.map(({ hash }) => hash));
    });

    it.each(fromTheFuture)('are not decided about where %s is not known', async (_what, unknown) => {
      const { stored, store } = opened();
      const stream = newStream();
      await stored.append(stream, await stored.append(stream, null, old(3)), unknown);
      await expect(pay(store, stream, { cents: 1, centsMax: 1_000 })).rejects.toThrow(EventUnknown);
      expect((await stored.load(stream)).commits).toHaveLength(2);
      expect((await pay(store, newStream(), { cents: 1, centsMax: 1_000 })).state).toBe(1);
    });

    it.each(fromTheFuture)('are read up to where %s is not known, and not beyond', async (_what, unknown) => {
      const { stored, store } = opened();
      const [stream, other] = [newStream(), newStream()];
      const first = await stored.append(stream, null, old(3));
      const second = await stored.append(stream, first, unknown);
      await stored.append(stream, second, current(1));
      await stored.append(other, null, current(1));
      const { commits, error } = await readUntilStopped(store, { after: 0, streams: [stream, other] });
      expect(commits.map(({ position }) => position)).toEqual([first.position]);
      expect(error).toBeInstanceOf(EventUnknown);
      expect(await readUntilStopped(store, { after: 0, streams: [other] })).toMatchObject({ error: null });
    });
  });
};
