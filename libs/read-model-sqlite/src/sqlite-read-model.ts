import type { Document } from '@ffapi/es';
import type { CollectionSpec, ReadModel } from '@ffapi/read-model';
import type { StatementSync } from 'node:sqlite';
import { openDatabase, type Damage } from './open-database.ts';
import { quoteName } from './sql.ts';
import { createSqliteCollection } from './sqlite-collection.ts';
import { openTables } from './tables.ts';

export interface SqliteReadModelOptions {
  /** One file per service: a second writer would wait for the first. */
  readonly file: string;
  readonly nowMs?: (() => number) | undefined;
  /** Told when the file was damaged, and has been begun anew. */
  readonly onDamage?: ((damage: Damage) => void) | undefined;
}

const sweepMs = 60_000;

/** A read model in one SQLite file, for a service that runs as a single process. */
export const createSqliteReadModel = ({
  file,
  nowMs = Date.now,
  onDamage = () => {},
}: SqliteReadModelOptions): ReadModel => {
  const db = openDatabase(file, nowMs, onDamage);
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
