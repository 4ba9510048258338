import type { Document } from '@ffapi/es';
import {
  ensureDeclared,
  pageOf,
  textIndexOf,
  type Checkpoint,
  type Collection,
  type CollectionSpec,
  type DocumentWrite,
  type FindQuery,
  type Stored,
} from '@ffapi/read-model';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { aliveSql, findSql, quoteName, type Texts } from './sql.ts';
import { rarestFirst, textTableOf } from './text-tables.ts';
import type { Tables } from './tables.ts';

interface Row {
  readonly id: string;
  readonly document: string;
  readonly version: number;
  readonly position: number;
}

export interface SqliteCollectionOptions {
  readonly db: DatabaseSync;
  readonly tables: Tables;
  readonly prepare: (sql: string) => StatementSync;
  readonly nowMs: () => number;
  readonly spec: CollectionSpec;
}

const columns = 'id, document, version, position';

const storedOf = <D extends Document>({ id, document, version, position }: Row): Stored<D> => ({
  id,
  document: JSON.parse(document) as D,
  version,
  position,
});

const expiryMs = (expiresAt: string | undefined): number | null =>
  expiresAt === undefined ? null : Date.parse(expiresAt);

export const transaction = (db: DatabaseSync, work: () => void): void => {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
};

/** A collection in one table; the statements name the table that the collection has at the moment of the call. */
export const createSqliteCollection = <D extends Document>(options: SqliteCollectionOptions): Collection<D> => {
  const { db, tables, prepare, nowMs, spec } = options;
  const table = () => quoteName(tables.tableOf(spec.name));
  const rows = (sql: string, ...values: SQLInputValue[]) => prepare(sql).all(...values) as unknown as Row[];

  const writeOne = (upsert: StatementSync, { id, position, document, expiresAt }: DocumentWrite<D>) =>
    upsert.run(id, position, expiryMs(expiresAt), document === null ? null : JSON.stringify(document));

  const readCheckpoint = (): Checkpoint | null => {
    const row = prepare('SELECT position, incarnation, projection_version FROM collections WHERE name = ?').get(
      spec.name,
    );
    if (!row || row['position'] === null) return null;
    const { position, incarnation, projection_version } = row;
    return {
      position: Number(position),
      incarnation: String(incarnation),
      projectionVersion: Number(projection_version),
    };
  };

  const writeCheckpoint = ({ position, incarnation, projectionVersion }: Checkpoint) => {
    // A deleted document is remembered until no event before its deletion can come again.
    prepare(`DELETE FROM ${table()} WHERE document IS NULL AND position <= ?`).run(readCheckpoint()?.position ?? 0);
    prepare('UPDATE collections SET position = ?, incarnation = ?, projection_version = ? WHERE name = ?').run(
      position,
      incarnation,
      projectionVersion,
      spec.name,
    );
  };

  const write = (batch: readonly DocumentWrite<D>[], checkpoint: Checkpoint | undefined) => {
    const upsert = prepare(
      `INSERT INTO ${table()} AS stored (id, position, version, expires_at, document) VALUES (?, ?, 1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET position = excluded.position, version = stored.version + 1,
         expires_at = excluded.expires_at, document = excluded.document
       WHERE excluded.position > stored.position`,
    );
    transaction(db, () => {
      for (const one of batch) writeOne(upsert, one);
      if (checkpoint) writeCheckpoint(checkpoint);
    });
  };

  const insert = (id: string, document: D) =>
    prepare(
      `INSERT INTO ${table()} AS stored (id, position, version, document) VALUES (?, 0, 1, ?)
       ON CONFLICT (id) DO UPDATE SET position = 0, version = stored.version + 1, expires_at = NULL, document = excluded.document
       WHERE stored.document IS NULL OR stored.expires_at <= ?`,
    ).run(id, JSON.stringify(document), nowMs());

  const update = (id: string, document: D, expectedVersion: number) =>
    prepare(
      `UPDATE ${table()} SET document = ?, version = version + 1 WHERE id = ? AND version = ? AND ${aliveSql}`,
    ).run(JSON.stringify(document), id, expectedVersion, nowMs());

  const textsOf = (of: string, query: FindQuery): Texts | null => {
    const index = textIndexOf(spec, query);
    if (!index) return null;
    const texts = textTableOf(of, index);
    const countRows = (sql: string, ...values: SQLInputValue[]) => Number(prepare(sql).get(...values)?.['rows'] ?? 0);
    return { table: texts, terms: rarestFirst(texts, query, countRows) };
  };

  return {
    get: async (id) => {
      const [row] = rows(`SELECT ${columns} FROM ${table()} WHERE id = ? AND ${aliveSql}`, id, nowMs());
      return row ? storedOf<D>(row) : null;
    },
    getMany: async (ids) => {
      const sql = `SELECT ${columns} FROM ${table()} WHERE id IN (SELECT value FROM json_each(?)) AND ${aliveSql}`;
      return rows(sql, JSON.stringify(ids), nowMs()).map(storedOf<D>);
    },
    find: async (query) => {
      ensureDeclared(spec, query);
      const of = tables.tableOf(spec.name);
      const { sql, values } = findSql(of, query, textsOf(of, query), nowMs());
      return pageOf<D>(query, rows(sql, ...values).map(storedOf<D>));
    },
    scan: async (afterId, limit) => {
      const sql = `SELECT ${columns} FROM ${table()} WHERE id > ? AND ${aliveSql} ORDER BY id LIMIT ?`;
      return rows(sql, afterId ?? '', nowMs(), limit).map(storedOf<D>);
    },
    write: async (batch, checkpoint) => write(batch, checkpoint),
    replace: async (id, document, expectedVersion) => {
      const { changes } = expectedVersion === 0 ? insert(id, document) : update(id, document, expectedVersion);
      return changes === 1;
    },
    delete: async (id) => {
      prepare(`DELETE FROM ${table()} WHERE id = ?`).run(id);
    },
    checkpoint: async () => readCheckpoint(),
    clear: async () =>
      transaction(db, () => {
        prepare(`DELETE FROM ${table()}`).run();
        prepare('UPDATE collections SET position = NULL WHERE name = ?').run(spec.name);
      }),
  };
};
