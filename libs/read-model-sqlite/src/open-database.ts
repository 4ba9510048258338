import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What became of a file that cannot be read any more. */
export interface Damage {
  readonly file: string;
  /** Where it lies now, for whoever wants to know. */
  readonly keptAs: string;
  readonly reason: string;
}

/** SQLITE_CORRUPT and SQLITE_NOTADB; with a detail in the upper bits. */
const damageCodes = new Set([11, 26]);

/** A second for each gigabyte or two; beyond that a start would wait for long. */
const checkedBytesMax = 2 * 1024 ** 3;

const isDamage = (error: unknown): error is Error =>
  error instanceof Error && 'errcode' in error && damageCodes.has(Number(error.errcode) & 0xff);

class Damaged extends Error {}

const check = (db: DatabaseSync, file: string): void => {
  if (!existsSync(file) || statSync(file).size > checkedBytesMax) return;
  const [found] = db.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
  if (found && found.quick_check !== 'ok') throw new Damaged(found.quick_check);
};

const open = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    // NORMAL may lose the newest writes in a power cut, together with their checkpoint: they are projected again.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    check(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

const setAside = (file: string, keptAs: string): void => {
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, keptAs + suffix);
};

/**
 * Opens a database file that holds nothing but what events tell. A damaged one is set aside and begun anew: it is
 * projected again from the first event.
 */
export const openDatabase = (file: string, nowMs: () => number, onDamage: (damage: Damage) => void): DatabaseSync => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return open(file);
  } catch (error) {
    if (!(error instanceof Damaged) && !isDamage(error)) throw error;
    const keptAs = `${file}.damaged-${new Date(nowMs()).toISOString().replaceAll(/[:.]/g, '-')}`;
    setAside(file, keptAs);
    onDamage({ file, keptAs, reason: error.message });
    return open(file);
  }
};
