import { mkdtempSync, openSync, closeSync, rmSync, writeSync, fdatasyncSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The least that a durable write can cost on this disk, in two ways. */
export interface RawWrites {
  /** A row in a table of SQLite, WAL, synced. */
  insert(text: string): void;
  /** Bytes at the end of a file, synced. */
  append(text: string): void;
  close(): void;
}

/** Opens both in a folder that goes away with `close`. */
export const openRawWrites = (): RawWrites => {
  const dir = mkdtempSync(join(tmpdir(), 'ffapi-raw-'));
  const db = new DatabaseSync(join(dir, 'raw.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('CREATE TABLE commits (position INTEGER PRIMARY KEY, stream TEXT, version INTEGER, data TEXT)');
  db.exec('CREATE UNIQUE INDEX versions ON commits (stream, version)');
  const insert = db.prepare('INSERT INTO commits (stream, version, data) VALUES (?, ?, ?)');
  const file = openSync(join(dir, 'raw.log'), 'a');
  let version = 0;
  return {
    insert: (text) => void insert.run('job.job_1', ++version, text),
    append: (text) => {
      writeSync(file, text);
      fdatasyncSync(file);
    },
    close: () => {
      db.close();
      closeSync(file);
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
