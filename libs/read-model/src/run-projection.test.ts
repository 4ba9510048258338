import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreUnavailable, type DomainEvent, type EventStore, type Projection } from '@ffapi/es';
import { commitOf, createMemoryEventStore } from '@ffapi/es-testing';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReadModel } from './read-model.ts';
import { rebuild, verify } from './rebuild.ts';
import { runProjection, type ProjectionOptions, type WithLease } from './run-projection.ts';

type Moved = DomainEvent & { data: { account: string; cents: number } };
type Balance = { readonly cents: number; readonly moves: number };

const balances: Projection<Moved, Balance> = {
  name: 'balances',
  version: 1,
  streams: ['job.>'],
  indexes: [{ where: [], sort: 'cents' }],
  keys: ({ event }) => (event.type === 'Moved' ? [event.data.account, 'total'] : []),
  evolve: (balance, { event }) => {
    if (!Number.isInteger(event.data.cents)) throw new TypeError('cents must be whole');
    const cents = (balance?.cents ?? 0) + event.data.cents;
    return event.data.account === 'closed' ? null : { cents, moves: (balance?.moves ?? 0) + 1 };
  },
};

const folder = mkdtempSync(join(tmpdir(), 'ffapi-projection-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: EventStore;
let readModel: ReadModel;
let files = 0;
beforeEach(() => {
  store = createMemoryEventStore();
  readModel = createSqliteReadModel({ file: join(folder, `${files++}.db`) });
  return () => readModel.close();
});

const move = (account: string, cents: number, into = store) =>
  into.append(
    `job.${crypto.randomUUID()}`,
    null,
    commitOf({}, { events: [{ type: 'Moved', version: 1, data: { account, cents } }] }),
  );
const run = (more: Partial<ProjectionOptions<Moved, Balance>> = {}) =>
  runProjection({ store, readModel, projection: balances, ...more });
const collection = () => readModel.collection<Balance>(balances);
const total = async () => (await collection().get('total'))?.document;

describe('a projection', () => {
  it('applies what is there, then what comes', async () => {
    await move('ann', 5);
    await move('bob', 7);
    const running = run();
    await running.ready;
    expect(await total()).toEqual({ cents: 12, moves: 2 });
    const { position } = await move('ann', 1);
    expect(await running.waitFor(position, 1_000)).toBe(true);
    expect((await collection().get('ann'))?.document).toEqual({ cents: 6, moves: 2 });
    expect(running.position()).toBe(position);
    await running.stop();
    expect(await running.ended).toBeNull();
  });

  it('goes on where it stopped, also behind events of other streams', async () => {
    await move('ann', 5);
    const first = run();
    await first.ready;
    await first.stop();
    await move('ann', 5);
    const { position } = await store.append('key.other', null, commitOf());
    const applied: number[] = [];
    const second = run({ onApplied: (at, events) => applied.push(at, events.length) });
    await second.ready;
    expect(applied).toEqual([2, 1]);
    expect(second.position()).toBe(position);
    expect(await total()).toEqual({ cents: 10, moves: 2 });
    await second.stop();
  });

  it('folds many events of a document into one write, in slices of the batch size', async () => {
    for (let i = 0; i < 25; i++) await move('ann', 1);
    const applied: number[] = [];
    const running = run({ batchMax: 10, onApplied: (at) => applied.push(at) });
    await running.ready;
    expect(applied).toEqual([10, 20, 25]);
    expect((await collection().get('ann'))?.version).toBe(3);
    await running.stop();
  });

  it('stops at an event that it cannot apply and never skips it', async () => {
    await move('ann', 5);
    const running = run();
    await running.ready;
    await move('ann', 0.5);
    const later = await move('ann', 5);
    expect(await running.ended).toMatchObject({ name: 'ProjectionFailed', position: 2 });
    expect(running.failed()?.message).toMatch(/balances cannot apply Moved at position 2 .*cents must be whole/);
    expect(await running.waitFor(later.position, 60_000)).toBe(false);
    expect(await total()).toEqual({ cents: 5, moves: 1 });
    await expect(run().ready).rejects.toThrow(/cannot apply/);
  });

  it('says when a position is not reached in time', async () => {
    const running = run();
    await running.ready;
    expect(await running.waitFor(99, 5)).toBe(false);
    await running.stop();
    const stopped = run();
    await stopped.stop();
    await expect(stopped.ready).rejects.toThrow(/stopped before/);
  });

  it('goes on after the store was away', async () => {
    await move('ann', 5);
    let failures = 2;
    const flaky: EventStore = {
      ...store,
      lastPosition: async () => {
        if (failures-- > 0) throw new EventStoreUnavailable('away');
        return store.lastPosition();
      },
    };
    const retried: unknown[] = [];
    const running = run({ store: flaky, onTrouble: (error) => retried.push(error) });
    await running.ready;
    expect(retried).toHaveLength(2);
    expect(await total()).toEqual({ cents: 5, moves: 1 });
    await running.stop();
  });

  it('does not apply an event twice when the checkpoint fell behind the documents', async () => {
    await move('ann', 5);
    await move('bob', 5);
    const first = run();
    await first.ready;
    await first.stop();
    const checkpoint = await collection().checkpoint();
    await collection().write([], { ...checkpoint!, position: 0 });
    const second = run();
    await second.ready;
    expect(await total()).toEqual({ cents: 10, moves: 2 });
    await second.stop();
  });

  it('works only while it holds the lease, where others may write too', async () => {
    const shared = { ...readModel, exclusive: false };
    await move('ann', 5);
    const turn = Promise.withResolvers<void>();
    const turns: string[] = [];
    const lease: WithLease = async (work, signal) => {
      await turn.promise;
      const first = new AbortController();
      const ended = work(first.signal);
      turns.push('first');
      first.abort();
      await ended;
      turns.push('second');
      await work(signal);
    };
    const running = run({ readModel: shared, lease });
    expect(await total()).toBeUndefined();
    turn.resolve();
    await running.ready;
    expect(turns).toEqual(['first', 'second']);
    expect(await total()).toEqual({ cents: 5, moves: 1 });
    await running.stop();
  });
});

describe('a projection whose documents build on each other', () => {
  type Step = { readonly nth: number };
  const numbered: Projection<Moved, Step> = {
    name: 'numbered',
    version: 1,
    streams: ['job.>'],
    indexes: [{ where: [], sort: 'nth' }],
    keys: ({ position }) => [`step-${position}`, 'last'],
    evolve: (_before, { position }, key, other) =>
      key === 'last' ? other!(`step-${position}`) : { nth: (other!('last')?.nth ?? 0) + 1 },
  };
  const steps = () => readModel.collection<Step>(numbered);
  const nths = async () => (await steps().scan(null, 100)).map(({ id, document }) => [id, document.nth]);

  it('sees the others, and writes each behind those it was built from', async () => {
    for (const cents of [1, 2, 3]) await move('ann', cents);
    const written: string[] = [];
    const watched: ReadModel = {
      ...readModel,
      exclusive: true,
      collection: (spec) => {
        const inner = readModel.collection(spec);
        const write: typeof inner.write = async (batch, checkpoint) => {
          written.push(...batch.map(({ id }) => id));
          await inner.write(batch, checkpoint);
        };
        return { ...inner, write } as never;
      },
    };
    const running = runProjection({ store, readModel: watched, projection: numbered });
    await running.ready;
    await running.stop();
    expect(written).toEqual(['step-1', 'step-2', 'step-3', 'last']);
    expect(await nths()).toEqual([
      ['last', 3],
      ['step-1', 1],
      ['step-2', 2],
      ['step-3', 3],
    ]);
  });

  it('goes on as it would have when a crash left the documents without their summary', async () => {
    for (const cents of [1, 2, 3]) await move('ann', cents);
    await steps().write([
      { id: 'step-1', position: 1, document: { nth: 1 } },
      { id: 'step-2', position: 2, document: { nth: 2 } },
    ]);
    await steps().write([], { position: 0, incarnation: await store.incarnation(), projectionVersion: 1 });
    const running = runProjection({ store, readModel, projection: numbered });
    await running.ready;
    await running.stop();
    expect((await nths()).map(([, nth]) => nth)).toEqual([3, 1, 2, 3]);
  });
});

describe('a rebuild', () => {
  const settled = async (more?: Partial<ProjectionOptions<Moved, Balance>>) => {
    const running = run(more);
    await running.ready;
    await running.stop();
  };

  it('gives the same documents and drops what is not from events', async () => {
    for (let i = 0; i < 50; i++) await move(`account${i % 7}`, i);
    await move('closed', 1);
    await settled();
    await collection().replace('ghost', { cents: 1, moves: 1 }, 0);
    const [account] = await collection().scan(null, 1);
    await collection().replace(account!.id, { cents: -1, moves: 0 }, account!.version);
    const differences = await verify({ store, readModel, projection: balances });
    expect(differences.map(({ id }) => id).sort()).toEqual(['account0', 'ghost']);
    expect(differences.find(({ id }) => id === 'ghost')).toMatchObject({ rebuilt: null });

    await collection().delete('account1');
    const missing = await verify({ store, readModel, projection: balances });
    expect(missing.find(({ id }) => id === 'account1')).toMatchObject({ stored: null });

    const rebuilt = await rebuild({ store, readModel, projection: balances });
    expect(rebuilt).toMatchObject({ events: 51, checkpoint: { position: 51 } });
    expect(await verify({ store, readModel, projection: balances })).toEqual([]);
    expect(await collection().get('ghost')).toBeNull();
  });

  it('happens by itself for another version of the projection', async () => {
    await move('ann', 5);
    await settled();
    const doubled = { ...balances, version: 2, evolve: () => ({ cents: 77, moves: 0 }) };
    await settled({ projection: doubled });
    expect(await total()).toEqual({ cents: 77, moves: 0 });
    expect((await collection().checkpoint())?.projectionVersion).toBe(2);
  });

  it('happens by itself for another store and for one that ends earlier', async () => {
    await move('ann', 5);
    await settled();
    const other = createMemoryEventStore();
    await move('ann', 3, other);
    await settled({ store: other });
    expect(await total()).toEqual({ cents: 3, moves: 1 });

    const checkpoint = await collection().checkpoint();
    await collection().write([], { ...checkpoint!, position: 50 });
    await settled({ store: other });
    expect((await collection().checkpoint())?.position).toBe(1);
  });

  it('takes at least 10,000 events a second', async () => {
    const eventsMax = 100_000;
    for (let i = 0; i < eventsMax; i++) await move(`account${i % 5_000}`, 1);
    const startedMs = performance.now();
    const { events } = await rebuild({ store, readModel, projection: balances });
    const eventsPerSecond = Math.round((events / (performance.now() - startedMs)) * 1_000);
    console.log(`rebuild on SQLite: ${eventsPerSecond} events/s over ${events} events`);
    expect(events).toBe(eventsMax);
    expect(await total()).toEqual({ cents: eventsMax, moves: eventsMax });
    expect(eventsPerSecond).toBeGreaterThan(10_000);
  });
});
