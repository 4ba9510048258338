import type { Document } from '@ffapi/es';
import type { CollectionSpec, ReadModel } from '@ffapi/read-model';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { quoteName } from './sql.ts';
import { createSqliteCollection } from './sqlite-collection.ts';
import { openTables } from './tables.ts';

export interface SqliteReadModelOptions {
  /** One file per service: a second writer would wait for the first. */
  readonly file: string;
  readonly nowMs?: (() => number) | undefined;
}

const sweepMs = 60_000;

const openDatabase = (file: string): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: 5_000 });
  // NORMAL may lose the newest writes in a power cut, together with their checkpoint: they are projected again.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  return db;
};

/** A read model in one SQLite file, for a service that runs as a single process. */
export const createSqliteReadModel = ({ file, nowMs = Date.now }: SqliteReadModelOptions): ReadModel => {
  const db = openDatabase(file);
  const tables = openTables(db);
  const statements = new Map<string, StatementSync>();

  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const sweep = () => {
    for (const table of tables.all()) db.prepare(`DELETE FROM ${quoteName(table)} WHERE expires_at <= ?`).run(nowMs());
  };
  sweep();
  const sweeping = setInterval(sweep, sweepMs).unref();

  return {
    exclusive: true,
    collection: <D extends Document>(spec: CollectionSpec) => {
      tables.ensure(spec);
      return createSqliteCollection<D>({ db, tables, prepare, nowMs, spec });
    },
    swap: async (from, to) => {
      tables.swap(from, to);
      // The statements name tables that are gone.
      statements.clear();
    },
    drop: async (name) => {
      tables.drop(name);
      statements.clear();
    },
    close: async () => {
      clearInterval(sweeping);
      db.close();
    },
  };
};
