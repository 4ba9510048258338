import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jobs as jobsProjection, type JobDocument } from '@ffapi/job-view';
import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { closedLoop } from '../kit/load.ts';
import type { Contender } from '../kit/rounds.ts';

const limit = 50;
const timeoutMs = 30_000;
const stepLimit = 200;

export interface Pages {
  readonly contenders: readonly Contender[];
  close(): Promise<void>;
}

/** A hand-written table of the same documents, its index on the time they are listed by. */
const openRawTable = (dir: string, documents: readonly JobDocument[]): DatabaseSync => {
  const db = new DatabaseSync(join(dir, 'pages.db'));
  db.exec('CREATE TABLE pages (id TEXT PRIMARY KEY, created_at TEXT, document TEXT)');
  db.exec('CREATE INDEX by_time ON pages (created_at, id)');
  const insert = db.prepare('INSERT INTO pages VALUES (?, ?, ?)');
  db.exec('BEGIN');
  for (const document of documents) insert.run(document.jobId, document.createdAt, JSON.stringify(document));
  db.exec('COMMIT');
  return db;
};

/** The first page of the newest jobs and one far down, beside the query that one would write by hand. */
export const openPages = async (file: string, dir: string, count: number): Promise<Pages> => {
  const readModel = createSqliteReadModel({ file });
  const { name, indexes } = jobsProjection;
  const collection = readModel.collection<JobDocument>({ name, indexes });
  const query = { sort: 'createdAt', descending: true } as const;
  const cursors: string[] = [];
  const documents: JobDocument[] = [];
  for (let after: string | undefined; ;) {
    const page = await collection.find({ ...query, after, limit: stepLimit });
    documents.push(...page.documents.map(({ document }) => document));
    if (page.next === null) break;
    cursors.push(page.next);
    after = page.next;
  }
  const deep = cursors[Math.floor(cursors.length * 0.8)];
  const db = openRawTable(dir, documents);
  const raw = db.prepare(`SELECT id, document FROM pages ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`);
  const find = (after?: string) => async (): Promise<void> => {
    const { documents: found } = await collection.find({ ...query, after, limit });
    if (found.length !== limit) throw new Error(`a page of ${found.length}`);
  };
  const findRaw = async (): Promise<void> => {
    const found = raw.all().map(({ document }) => JSON.parse(String(document)) as JobDocument);
    if (found.length !== limit + 1) throw new Error(`a page of ${found.length}`);
  };
  const contender = (title: string, call: () => Promise<void>): Contender => ({
    name: title,
    timeoutMs,
    run: () => closedLoop(call, count, 1),
  });
  return {
    contenders: [contender('raw query', findRaw), contender('first page', find()), contender('deep page', find(deep))],
    close: async () => {
      db.close();
      await readModel.close();
    },
  };
};
