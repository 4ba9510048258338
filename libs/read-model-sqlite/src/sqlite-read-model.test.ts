import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readModelSuite } from '@ffapi/read-model/suite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSql } from './sql.ts';
import { createSqliteReadModel } from './sqlite-read-model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ffapi-sqlite-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

readModelSuite('SQLite', async () => ({
  open: async () => createSqliteReadModel({ file: join(folder, 'suite.db') }),
  close: async () => {},
}));

const spec = { name: 'notes', indexes: [{ where: ['owner'], sort: 'createdAt' }] };

it('removes expired documents when it opens', async () => {
  const file = join(folder, 'expired.db');
  const expiresAt = '2026-01-01T00:00:10Z';
  const readModel = createSqliteReadModel({ file, nowMs: () => Date.parse('2026-01-01T00:00:00Z') });
  await readModel.collection(spec).write([{ id: 'a', position: 1, document: { n: 1 }, expiresAt }]);
  expect(await readModel.collection(spec).get('a')).not.toBeNull();
  await readModel.close();
  await createSqliteReadModel({ file, nowMs: () => Date.parse(expiresAt) }).close();
  const db = new DatabaseSync(file);
  expect(db.prepare('SELECT count(*) AS n FROM "notes#1"').get()).toEqual({ n: 0 });
  db.close();
});

it('writes documents and checkpoint together or not at all', async () => {
  const readModel = createSqliteReadModel({ file: join(folder, 'atomic.db') });
  const collection = readModel.collection(spec);
  const unwritable = {
    toJSON: () => {
      throw new Error('unwritable');
    },
  } as unknown as Record<string, unknown>;
  const batch = [
    { id: 'a', position: 1, document: { n: 1 } },
    { id: 'b', position: 1, document: unwritable },
  ];
  await expect(collection.write(batch, { position: 1, incarnation: 'i', projectionVersion: 1 })).rejects.toThrow(
    'unwritable',
  );
  expect(await collection.get('a')).toBeNull();
  expect(await collection.checkpoint()).toBeNull();
  await readModel.close();
});

it('starts a deep page at its place in the index', async () => {
  const file = join(folder, 'plan.db');
  const readModel = createSqliteReadModel({ file });
  const collection = readModel.collection(spec);
  const document = (n: number) => ({ owner: 'ann', createdAt: n });
  await collection.write(Array.from({ length: 9 }, (_, n) => ({ id: `${n}`, position: 1, document: document(n) })));
  const query = { where: { owner: 'ann' }, sort: 'createdAt', descending: true, limit: 3 };
  const after = (await collection.find(query)).next!;
  await readModel.close();
  const db = new DatabaseSync(file);
  const { sql, values } = findSql('notes#1', { ...query, after }, null, 0);
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map((row) => row['detail']);
  expect(plan).toEqual([expect.stringMatching(/^SEARCH notes#1 USING INDEX .* \(<expr>=\? AND <expr><\?\)$/)]);
  db.close();
});

it('refuses field names that are not, and can be opened again', async () => {
  const file = join(folder, 'names.db');
  const readModel = createSqliteReadModel({ file });
  expect(() => readModel.collection({ name: 'x', indexes: [{ where: [], sort: "a') --" }] })).toThrow(RangeError);
  await readModel.close();
  await createSqliteReadModel({ file }).close();
});
