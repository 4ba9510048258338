import type { FindQuery, TextIndex } from '@ffapi/read-model';
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { fieldSql, listSql, quoteName } from './sql.ts';

/** Where the texts of an index lie: one row for each text of each document. */
export const textTableOf = (table: string, { each, sort }: TextIndex): string =>
  `${table}/${hash('sha1', `${each} ${sort}`).slice(0, 8)}/texts`;

type RowName = 'NEW' | 'OLD' | 'stored';

const rowsOf = (row: RowName, { each, sort }: TextIndex, from = ''): string => {
  const at = fieldSql(sort, `${row}.document`);
  return `SELECT value, ${at}, ${row}.id FROM ${from}json_each(${listSql(each, `${row}.document`)}) WHERE ${at} IS NOT NULL`;
};

/** Makes the table of an index of texts, filled from the documents that are there; triggers keep it. */
export const ensureTexts = (db: DatabaseSync, table: string, index: TextIndex): void => {
  const texts = textTableOf(table, index);
  if (db.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(texts)) return;
  const [on, name] = [quoteName(table), (event: string) => quoteName(`${texts}/${event}`)];
  const put = `INSERT OR IGNORE INTO ${quoteName(texts)} ${rowsOf('NEW', index)};`;
  const take = `DELETE FROM ${quoteName(texts)} WHERE (term, at, of) IN (${rowsOf('OLD', index)});`;
  db.exec(`SAVEPOINT texts;
    CREATE TABLE ${quoteName(texts)} (term TEXT NOT NULL, at NOT NULL, of TEXT NOT NULL, PRIMARY KEY (term, at, of)) WITHOUT ROWID;
    INSERT OR IGNORE INTO ${quoteName(texts)} ${rowsOf('stored', index, `${on} AS stored, `)};
    CREATE TRIGGER ${name('insert')} AFTER INSERT ON ${on} BEGIN ${put} END;
    CREATE TRIGGER ${name('update')} AFTER UPDATE OF document ON ${on} BEGIN ${take} ${put} END;
    CREATE TRIGGER ${name('delete')} AFTER DELETE ON ${on} BEGIN ${take} END;
    RELEASE texts;`);
};

const countedMax = 1_000;

/** The texts of a query, the rarest first, as far as is worth counting. */
export const rarestFirst = (
  texts: string,
  { has = [] }: FindQuery,
  countRows: (sql: string, term: string, limit: number) => number,
): readonly string[] => {
  const wanted = [...new Set(has)];
  if (wanted.length < 2) return wanted;
  const sql = `SELECT count(*) AS rows FROM (SELECT 1 FROM ${quoteName(texts)} WHERE term = ? LIMIT ?)`;
  const counted = wanted.map((term) => ({ term, rows: countRows(sql, term, countedMax) }));
  return counted.toSorted((one, other) => one.rows - other.rows).map(({ term }) => term);
};
