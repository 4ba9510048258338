import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jetstream } from '@nats-io/jetstream';
import { jobs as jobsProjection } from '@ffapi/job-view';
import { rebuild } from '@ffapi/read-model';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import type { Metrics } from '../kit/rounds.ts';
import type { History } from './history.ts';

/** Rows in one transaction, as many as the projection writes at once. */
const batchRows = 500;

const rate = (jobs: number, startMs: number): Metrics => ({
  jobsPerSecond: jobs / ((performance.now() - startMs) / 1000),
});

/** The list of jobs, made anew from the events into this file. */
export const rebuildList = async ({ store, jobs }: History, file: string): Promise<Metrics> => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  const readModel = createSqliteReadModel({ file });
  const startMs = performance.now();
  await rebuild({ store, readModel, projection: jobsProjection });
  const rebuilt = rate(jobs, startMs);
  await readModel.close();
  return rebuilt;
};

/** All events, read and not looked at: one filter is what the server reads fastest by. */
export const readOnly = async ({ connection, jobs }: History): Promise<Metrics> => {
  const startMs = performance.now();
  const consumer = await jetstream(connection).consumers.get('EVENTS', { filter_subjects: ['evt.>'] });
  const messages = await consumer.consume();
  for await (const message of messages) if (message.info.pending === 0) break;
  await messages.close();
  return rate(jobs, startMs);
};

/** The rows of a rebuilt list, put into an equal table with equal indexes. */
export const insertOnly = async ({ jobs }: History, rebuilt: string, dir: string): Promise<Metrics> => {
  const from = new DatabaseSync(rebuilt, { readOnly: true });
  const { table_name: table } = from.prepare("SELECT table_name FROM collections WHERE name = 'jobs'").get() as {
    table_name: string;
  };
  const schema = from.prepare('SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL').all(table);
  const rows = from.prepare(`SELECT id, position, version, expires_at, document FROM "${table}"`).all();
  from.close();
  const file = join(dir, 'inserted.db');
  const into = new DatabaseSync(file);
  into.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  for (const { sql } of schema) into.exec(String(sql));
  const insert = into.prepare(`INSERT INTO "${table}" VALUES (?, ?, ?, ?, ?)`);
  const startMs = performance.now();
  for (let at = 0; at < rows.length; at += batchRows) {
    into.exec('BEGIN');
    for (const row of rows.slice(at, at + batchRows)) insert.run(...(Object.values(row) as (string | number | null)[]));
    into.exec('COMMIT');
  }
  const inserted = rate(jobs, startMs);
  into.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  return inserted;
};
