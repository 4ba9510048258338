import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KV } from '@nats-io/kv';
import { loadConfig } from '@ffapi/config';
import type { Collection, ReadModel } from '@ffapi/read-model';
import { openRuntime, type Runtime, type ServiceContext } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { auditHeadId, auditLog, type AuditDocument } from './audit-log.projection.ts';
import { AuditSealer, openAuditBucket, readSeals, sealKey } from './audit-seals.runner.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-seals-'));
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;
let readModel: ReadModel;
let rows: Collection<AuditDocument>;
let bucket: KV;
let position = 0;

beforeAll(async () => {
  nats = await startNats();
  const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent' });
  runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics: createMetrics() });
  context = runtime.context('gateway');
  readModel = await context.openReadModel();
  rows = readModel.collection<AuditDocument>(auditLog);
  bucket = await openAuditBucket(context);
});
afterAll(async () => {
  await readModel.close();
  await runtime.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  for await (const name of await bucket.keys()) await bucket.purge(name);
});

/** Seals a log of this length on this day. */
const sealAt = async (length: number, day = '2026-01-02'): Promise<void> => {
  const document = { rows: length, hash: String(length % 10).repeat(64), position: length };
  await rows.write([{ id: auditHeadId, position: ++position, document }]);
  const sealer = new AuditSealer({ context: { ...context, now: () => `${day}T01:02:03.000Z` }, bucket, rows });
  sealer.note();
  await sealer.stop();
};
const kept = () => readSeals(bucket, sealKey(context));

it('signs the end of the log, and keeps the first seal of each day', async () => {
  for (const length of [1, 2]) await sealAt(length);
  for (const length of [3, 4]) await sealAt(length, '2026-01-03');
  const { head, anchors, isForged } = await kept();
  expect(isForged).toBe(false);
  expect(head).toMatchObject({ rows: 4, hash: '4'.repeat(64), sealedAt: '2026-01-03T01:02:03.000Z' });
  expect(anchors.map((anchor) => anchor.rows)).toEqual([1, 3]);
});

it('is not put back by a log that has lost rows', async () => {
  await sealAt(9);
  await sealAt(5);
  expect((await kept()).head?.rows).toBe(9);
});

it.each(['head', 'day.2026-01-02'])(
  'knows that its %s was made by another, and leaves it as evidence',
  async (name) => {
    await sealAt(2);
    const text = (await bucket.get(name))!.string();
    await bucket.put(name, text.replace('"rows":2', '"rows":1'));
    expect((await kept()).isForged).toBe(true);
    await sealAt(3);
    expect((await kept()).isForged).toBe(true);
    expect((await readSeals(bucket, Buffer.alloc(32, 1))).head).toBeNull();
  },
);

it('is new for another store', async () => {
  await sealAt(9);
  const store = { ...context.store, incarnation: async () => 'another' };
  await rows.write([
    { id: auditHeadId, position: ++position, document: { rows: 1, hash: 'a'.repeat(64), position: 1 } },
  ]);
  const sealer = new AuditSealer({ context: { ...context, store }, bucket, rows });
  sealer.note();
  await sealer.stop();
  expect((await kept()).head).toMatchObject({ rows: 1, incarnation: 'another' });
});
