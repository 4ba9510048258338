import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadConfig } from '@ffapi/config';
import type { AuditVerdict } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../src/commands.ts';
import { call, dir, platform } from './testbed.ts';
import { createKey } from './keys-client.ts';

const rowsMin = 20;

beforeAll(async () => {
  for (let n = 0; n < rowsMin; n++) await createKey();
});

const verdict = async (): Promise<AuditVerdict> => (await call<AuditVerdict>('POST', '/admin/audit-log/verify')).body;

describe('whoever changes its database', () => {
  /** Changes the rows behind the platform's back, looks, and puts them back. */
  const tampered = async (
    change: (database: DatabaseSync, table: string) => void,
    look: () => Promise<unknown> | null = verdict,
  ): Promise<unknown> => {
    const database = new DatabaseSync(join(dir, 'data', 'read', 'gateway.sqlite'), { timeout: 5_000 });
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    const table = tables.map(({ name }) => name).find((name) => holdsRows(database, name)) ?? '';
    const before = database.prepare(`SELECT * FROM "${table}" WHERE id LIKE 'aud_%' ORDER BY id`).all();
    try {
      change(database, table);
      return await look();
    } finally {
      // What was written meanwhile stays.
      const last = String(before.at(-1)?.id);
      database.prepare(`DELETE FROM "${table}" WHERE id LIKE 'aud_%' AND id <= ?`).run(last);
      for (const row of before) {
        const columns = Object.keys(row);
        const places = columns.map(() => '?').join(', ');
        database
          .prepare(`INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${places})`)
          .run(...(Object.values(row) as (string | number | null)[]));
      }
      database.close();
    }
  };
  const holdsRows = (database: DatabaseSync, name: string): boolean => {
    const columns = database.prepare(`PRAGMA table_info("${name}")`).all() as { name: string }[];
    if (!columns.some((column) => column.name === 'document')) return false;
    return database.prepare(`SELECT 1 FROM "${name}" WHERE id LIKE 'aud_%' LIMIT 1`).get() !== undefined;
  };
  const idsOf = (database: DatabaseSync, table: string): string[] =>
    database
      .prepare(`SELECT id FROM "${table}" WHERE id LIKE 'aud_%' ORDER BY id`)
      .all()
      .map(({ id }) => String(id));

  it('changes nothing unseen: an unchanged log is valid and sealed', async () => {
    const found = await verdict();
    expect(found).toMatchObject({ valid: true, first_broken: null, anchors: 1 });
    expect(found.head?.rows).toBe(found.rows);
    expect(found.rows).toBeGreaterThanOrEqual(rowsMin);
  });

  it('is seen changing one row', async () => {
    let id = '';
    const found = await tampered((database, table) => {
      id = idsOf(database, table)[5]!;
      const sql = `UPDATE "${table}" SET document = json_set(document, '$.actor', 'key_innocent') WHERE id = ?`;
      expect(database.prepare(sql).run(id).changes).toBe(1);
    });
    expect(found).toMatchObject({ valid: false, rows: 5, first_broken: { id, reason: 'changed' } });
    expect(await verdict()).toMatchObject({ valid: true });
  });

  it('is seen dropping the last row', async () => {
    let id = '';
    const found = await tampered((database, table) => {
      id = idsOf(database, table).at(-1)!;
      expect(database.prepare(`DELETE FROM "${table}" WHERE id = ?`).run(id).changes).toBe(1);
    });
    expect(found).toMatchObject({ valid: false, first_broken: { id, reason: 'missing' } });
  });

  it('is seen swapping two rows', async () => {
    let id = '';
    const found = await tampered((database, table) => {
      const [, , one, two] = idsOf(database, table) as [string, string, string, string];
      id = one;
      const rename = database.prepare(`UPDATE "${table}" SET id = ? WHERE id = ?`);
      rename.run('aud_swap', one);
      rename.run(one, two);
      rename.run(two, 'aud_swap');
    });
    expect(found).toMatchObject({ valid: false, rows: 2, first_broken: { id, reason: 'moved' } });
  });

  it('is seen by the operator’s command, which finds all well otherwise', async () => {
    const running = loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      LOG_LEVEL: 'silent',
      NATS_URL: platform.natsUrl,
    });
    const audit = () => runCommand(['audit', 'verify'], running);
    let id = '';
    const found = await tampered((database, table) => {
      id = idsOf(database, table)[1]!;
      database.prepare(`DELETE FROM "${table}" WHERE id = ?`).run(id);
    }, audit);
    expect(found).toMatchObject({ ok: false, data: { first_broken: { id, reason: 'missing' } } });
    expect(await audit()).toMatchObject({ ok: true, data: { valid: true } });
    const rebuilt = await runCommand(['projections', 'rebuild', '--verify'], running);
    expect(rebuilt?.lines.find((line) => line.startsWith('gateway/audit-log'))).toMatch(/ 0 differences$/);
  });
});
