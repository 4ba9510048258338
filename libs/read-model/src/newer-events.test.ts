import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventUnknown, upcasting, type DomainEvent, type Projection, type Upcast } from '@ffapi/es';
import { commitOf, createMemoryEventStore } from '@ffapi/es-testing';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { afterAll, expect, it } from 'vitest';
import { verify } from './rebuild.ts';
import { runProjection } from './run-projection.ts';

type Paid = DomainEvent & { readonly data: { readonly cents: number } };

const totals: Projection<Paid, { readonly cents: number }> = {
  name: 'totals',
  version: 1,
  streams: ['purse.>'],
  indexes: [{ where: [], sort: 'cents' }],
  keys: () => ['total'],
  evolve: (total, { event }) => ({ cents: (total?.cents ?? 0) + event.data.cents }),
};

const older: Upcast = (_stream, event) => (event.type === 'Paid' && event.version === 1 ? event : null);
/** Knows a second version: for this projection it is as good as the first. */
const newer: Upcast = (_stream, event) => (event.type === 'Paid' ? event : null);

const folder = mkdtempSync(join(tmpdir(), 'ffapi-newer-'));
const readModel = createSqliteReadModel({ file: join(folder, 'a.db') });
afterAll(async () => {
  await readModel.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a projection stops before what a newer version has written, and that one goes on from there', async () => {
  const stored = createMemoryEventStore();
  const pay = (cents: number, version: number) =>
    stored.append(
      `purse.${crypto.randomUUID()}`,
      null,
      commitOf({}, { events: [{ type: 'Paid', version, data: { cents } }] }),
    );
  const total = async () => (await readModel.collection(totals).get('total'))?.document;
  await pay(5, 1);
  const troubles: unknown[] = [];
  const store = upcasting(stored, older);
  const running = runProjection({ store, readModel, projection: totals, onTrouble: (error) => troubles.push(error) });
  await running.ready;
  await pay(100, 2);
  const later = await pay(7, 1);
  expect(await running.ended).toBeInstanceOf(EventUnknown);
  expect(troubles).toEqual([running.failed()]);
  expect(await running.waitFor(later.position, 60_000)).toBe(false);
  expect(await total()).toEqual({ cents: 5 });

  const upgraded = { store: upcasting(stored, newer), readModel, projection: totals };
  const again = runProjection(upgraded);
  await again.ready;
  expect(await total()).toEqual({ cents: 112 });
  expect(await verify(upgraded)).toEqual([]);
  await again.stop();
});
