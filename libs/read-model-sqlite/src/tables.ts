import { isTextIndex, type CollectionSpec } from '@ffapi/read-model';
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { fieldSql, quoteName } from './sql.ts';
import { ensureTexts } from './text-tables.ts';

/**
 * Maps collections to tables. A rebuilt collection gets a table of its own and takes over the name,
 * so a swap is one row and no index has to be made anew.
 */
export interface Tables {
  ensure(spec: CollectionSpec): void;
  /** Of the collection at this moment. */
  tableOf(name: string): string;
  swap(from: string, to: string): void;
  drop(name: string): void;
  all(): string[];
}

const schema = `
  CREATE TABLE IF NOT EXISTS collections (
    name TEXT PRIMARY KEY, table_name TEXT NOT NULL, position INTEGER, incarnation TEXT, projection_version INTEGER
  )`;

const tableSchema = (table: string): string => `
  CREATE TABLE IF NOT EXISTS ${quoteName(table)} (
    id TEXT PRIMARY KEY, position INTEGER NOT NULL, version INTEGER NOT NULL, expires_at INTEGER, document TEXT
  );
  CREATE INDEX IF NOT EXISTS ${quoteName(`${table}/expires`)} ON ${quoteName(table)} (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS ${quoteName(`${table}/deleted`)} ON ${quoteName(table)} (position) WHERE document IS NULL;`;

const indexSchema = (table: string, fields: readonly string[]): string => {
  const name = `${table}/${hash('sha1', fields.join()).slice(0, 8)}`;
  return `CREATE INDEX IF NOT EXISTS ${quoteName(name)} ON ${quoteName(table)} (${fields.map((field) => fieldSql(field)).join(', ')}, id);`;
};

/** The tables of a database file. */
export const openTables = (db: DatabaseSync): Tables => {
  db.exec(schema);
  const rows = db.prepare('SELECT name, table_name FROM collections').all() as { name: string; table_name: string }[];
  const tables = new Map(rows.map((row) => [row.name, row.table_name]));
  const specs = new Map<string, CollectionSpec>();

  const nextTable = (name: string): string => {
    const highest = Math.max(
      0,
      ...[...tables.values()].map((table) => Number(table.slice(table.lastIndexOf('#') + 1))),
    );
    return `${name}#${highest + 1}`;
  };
  const enter = (name: string, table: string): void => {
    db.prepare('INSERT INTO collections (name, table_name) VALUES (?, ?)').run(name, table);
    tables.set(name, table);
  };
  const ensure = (spec: CollectionSpec): string => {
    const table = tables.get(spec.name) ?? nextTable(spec.name);
    // What cannot be indexed is refused before anything is entered that nobody makes.
    const sql =
      tableSchema(table) +
      spec.indexes
        .map((index) => (isTextIndex(index) ? '' : indexSchema(table, [...index.where, index.sort])))
        .join('');
    if (!tables.has(spec.name)) enter(spec.name, table);
    db.exec(sql);
    for (const index of spec.indexes) if (isTextIndex(index)) ensureTexts(db, table, index);
    specs.set(spec.name, spec);
    return table;
  };
  const drop = (name: string): void => {
    const table = tables.get(name);
    if (table === undefined) return;
    // With the tables of its texts; its triggers go by themselves.
    const parts = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ? || '/*'").all(table);
    for (const { name: part } of parts) db.exec(`DROP TABLE ${quoteName(String(part))}`);
    db.exec(`DROP TABLE ${quoteName(table)}`);
    db.prepare('DELETE FROM collections WHERE name = ?').run(name);
    tables.delete(name);
  };

  return {
    ensure,
    tableOf: (name) => tables.get(name) ?? ensure(specs.get(name) ?? { name, indexes: [] }),
    swap: (from, to) => {
      const table = tables.get(from);
      if (table === undefined) throw new RangeError(`no collection ${from}`);
      db.exec('BEGIN IMMEDIATE');
      drop(to);
      db.prepare('UPDATE collections SET name = ? WHERE name = ?').run(to, from);
      db.exec('COMMIT');
      tables.delete(from);
      tables.set(to, table);
    },
    drop,
    all: () => [...tables.values()],
  };
};
