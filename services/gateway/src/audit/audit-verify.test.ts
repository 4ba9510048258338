import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditRow } from '@ffapi/contracts';
import type { EventStore } from '@ffapi/es';
import { commitOf, createMemoryEventStore } from '@ffapi/es-testing';
import { runProjection, verify, type ReadModel } from '@ffapi/read-model';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { chained } from './audit-chain.ts';
import { sealed, type SealedEnd } from './audit-seal.ts';
import { auditLog, type AuditDocument, type AuditHead } from './audit-log.projection.ts';
import type { KeptSeals } from './audit-seals.runner.ts';
import { verifyAuditLog } from './audit-verify.runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'ffapi-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = Buffer.alloc(32, 7);
const rowsCount = 8;
let files = 0;
let store: EventStore;
let readModel: ReadModel;

const rows = () => readModel.collection<AuditDocument>(auditLog);
const project = async (): Promise<void> => {
  const running = runProjection({ store, readModel, projection: auditLog });
  await running.ready;
  await running.stop();
};

const revoke = (n: number, into = store) =>
  into.append(
    `key.key_${n}`,
    null,
    commitOf({}, { events: [{ type: 'KeyRevoked', version: 1, data: { keyId: `key_${n}`, by: 'key_admin' } }] }),
  );

beforeEach(async () => {
  store = createMemoryEventStore();
  readModel = createSqliteReadModel({ file: join(folder, `${files++}.sqlite`) });
  for (let n = 0; n < rowsCount; n++) await revoke(n);
  await project();
  return () => readModel.close();
});

const endNow = async (): Promise<SealedEnd> => ({
  incarnation: await store.incarnation(),
  projectionVersion: auditLog.version,
  ...((await rows().get('head'))?.document as AuditHead),
  sealedAt: '2026-01-02T00:00:00.000Z',
});
const sealsNow = async (): Promise<KeptSeals> => ({
  head: sealed(key, await endNow()),
  anchors: [],
  isForged: false,
});
const stored = async (): Promise<AuditRow[]> =>
  (await rows().scan(null, 100)).flatMap(({ document }) => ('event_type' in document ? [document] : []));
/** As one who can write the read model would. */
const overwrite = (id: string, document: AuditDocument | null) => rows().write([{ id, position: 1_000_000, document }]);
const look = async (seals: KeptSeals | null = null) =>
  verifyAuditLog({ store, rows: rows(), seals: seals ?? (await sealsNow()), upTo: await store.lastPosition() });
const broken = async (seals?: KeptSeals) => {
  const { valid, first_broken: first, rows: whole } = await look(seals);
  expect(valid).toBe(first === null);
  return first && { ...first, whole };
};

describe('an audit log', () => {
  it('is what events, hashes and seals say', async () => {
    const head = await endNow();
    expect(await look()).toEqual({
      valid: true,
      rows: rowsCount,
      first_broken: null,
      head: { rows: rowsCount, hash: head.hash, position: head.position, sealed_at: head.sealedAt },
      anchors: 0,
    });
    expect(await verify({ store, readModel, projection: auditLog })).toEqual([]);
  });

  it('is the same byte for byte when it is made anew', async () => {
    const before = await rows().scan(null, 100);
    await rows().clear();
    await project();
    const after = await rows().scan(null, 100);
    expect(after.map(({ document }) => JSON.stringify(document))).toEqual(
      before.map(({ document }) => JSON.stringify(document)),
    );
  });

  it('shows a row that was changed', async () => {
    const row = (await stored())[3]!;
    await overwrite(row.id, { ...row, actor: 'key_innocent' });
    expect(await broken()).toEqual({ id: row.id, reason: 'changed', whole: 3 });
  });

  it('shows that the last row is gone, and one from the middle', async () => {
    const all = await stored();
    const seals = await sealsNow();
    await overwrite(all.at(-1)!.id, null);
    expect(await broken(seals)).toMatchObject({ id: all.at(-1)!.id, reason: 'missing' });
    await overwrite(all[2]!.id, null);
    expect(await broken(seals)).toMatchObject({ id: all[2]!.id, reason: 'missing', whole: 2 });
  });

  it('shows two rows that have changed places, whole or in all but their ids', async () => {
    const [, one, two] = (await stored()) as [AuditRow, AuditRow, AuditRow];
    await overwrite(one.id, two);
    await overwrite(two.id, one);
    expect(await broken()).toMatchObject({ id: one.id, reason: 'moved' });
    await rows().write([
      { id: one.id, position: 1_000_001, document: { ...two, id: one.id } },
      { id: two.id, position: 1_000_001, document: { ...one, id: two.id } },
    ]);
    expect(await broken()).toMatchObject({ id: one.id, reason: 'changed' });
  });

  it('shows a row that was put in, between others, at the end and beyond it', async () => {
    const all = await stored();
    const last = all.at(-1)!;
    for (const id of ['aud_0000000000000002_500', 'aud_0000000000000008_001', 'aud_9999999999999999_000', 'zzz']) {
      await overwrite(id, chained(last.hash, { ...last, id }));
      expect(await broken()).toMatchObject({ id, reason: 'not_in_events' });
      await rows().delete(id);
    }
    expect(await broken()).toBeNull();
  });

  it('shows a chain that was made anew from a changed row on, head included', async () => {
    const seals = await sealsNow();
    let before = (await stored())[1]!.hash;
    for (const { hash: _, prev_hash: __, ...facts } of (await stored()).slice(2)) {
      const row = chained(before, facts.id.includes('03_') ? { ...facts, actor: 'key_innocent' } : facts);
      before = row.hash;
      await overwrite(row.id, row);
    }
    await overwrite('head', { ...((await rows().get('head'))?.document as AuditHead), hash: before });
    expect(await broken(seals)).toMatchObject({ id: 'aud_0000000000000003_000', reason: 'differs_from_events' });
  });

  it('shows rows and head that were put back to an older state together', async () => {
    const older = (await stored()).slice(0, 5);
    for (const { id } of (await stored()).slice(5)) await rows().delete(id);
    await overwrite('head', { rows: 5, hash: older.at(-1)!.hash, position: 5 });
    expect(await broken()).toMatchObject({ id: 'aud_0000000000000006_000', reason: 'missing' });
  });

  it('shows by its seals that events and rows were put back together', async () => {
    const seals = await sealsNow();
    const incarnation = await store.incarnation();
    const cut = createMemoryEventStore();
    for (let n = 0; n < 5; n++) await revoke(n, cut);
    store = { ...cut, incarnation: async () => incarnation };
    await rows().clear();
    await project();
    expect(await broken(seals)).toEqual({ id: null, reason: 'sealed_rows_missing', whole: 5 });
    const anchored = { ...(await sealsNow()), anchors: [seals.head!] };
    expect(await broken(anchored)).toMatchObject({ reason: 'sealed_rows_missing' });
  });

  it('shows by its seals that an event was replaced by another, rows and chain included', async () => {
    const seals = await sealsNow();
    const incarnation = await store.incarnation();
    const other = createMemoryEventStore();
    for (let n = 0; n < rowsCount; n++) await revoke(n === 4 ? 99 : n, other);
    store = { ...other, incarnation: async () => incarnation };
    await rows().clear();
    await project();
    expect(await broken(seals)).toMatchObject({ id: 'aud_0000000000000008_000', reason: 'differs_from_seal' });
  });

  it('shows that its seal is gone or not its own', async () => {
    expect(await broken({ head: null, anchors: [], isForged: false })).toMatchObject({ reason: 'seal_missing' });
    expect(await broken({ ...(await sealsNow()), isForged: true })).toMatchObject({ reason: 'seal_forged' });
  });
});
