import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Connection {
  command(sql: string): Promise<unknown>;
  query<T>(sql: string): Promise<T[]>;
  close(): void;
}

/** What is used of @event-driven-io/emmett-sqlite; it is not a dependency of the project. */
interface EmmettSqlite {
  sqliteConnection(options: { fileName: string }): Connection;
  createEventStoreSchema(connection: Connection): Promise<void>;
  appendToStream(
    connection: Connection,
    stream: string,
    type: string,
    events: readonly object[],
    options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
  ): Promise<{ success: boolean; nextStreamPosition: bigint }>;
  readStream(connection: Connection, stream: string): Promise<{ events: unknown[] }>;
  readMessagesBatch(
    connection: Connection,
    options: { after: bigint; batchSize: number },
  ): Promise<{ currentGlobalPosition: bigint; messages: unknown[] }>;
}

/** Appends to and loads streams of Emmett on SQLite, over one connection that is kept open; every append is synced. */
const [installedIn = ''] = process.argv.slice(2);
const entry = createRequire(join(installedIn, 'package.json')).resolve('@event-driven-io/emmett-sqlite');
const emmett = (await import(pathToFileURL(entry).href)) as EmmettSqlite;
const dir = mkdtempSync(join(tmpdir(), 'ffapi-emmett-'));
const connection = emmett.sqliteConnection({ fileName: join(dir, 'events.db') });
await connection.query('PRAGMA journal_mode = WAL');
await connection.command('PRAGMA synchronous = FULL');
await emmett.createEventStoreSchema(connection);

const eventOf = (data: unknown): object => ({ type: 'JobAccepted', data, metadata: {} });
let streams = 0;

const appendMany = async (data: unknown, count: number, perStream: number): Promise<number[]> => {
  const durationsMs: number[] = [];
  let version: bigint | 'STREAM_DOES_NOT_EXIST' = 'STREAM_DOES_NOT_EXIST';
  for (let i = 0; i < count; i++) {
    if (i % perStream === 0) [streams, version] = [streams + 1, 'STREAM_DOES_NOT_EXIST'];
    const startMs = performance.now();
    const { success, nextStreamPosition } = await emmett.appendToStream(
      connection,
      `job-${streams}`,
      'job',
      [eventOf(data)],
      { expectedStreamVersion: version },
    );
    durationsMs.push(performance.now() - startMs);
    if (!success) throw new Error('an append was refused');
    version = nextStreamPosition;
  }
  return durationsMs;
};

const loadMany = async (data: unknown, events: number, count: number): Promise<number[]> => {
  await appendMany(data, events, events);
  const durationsMs: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    const { events: loaded } = await emmett.readStream(connection, `job-${streams}`);
    durationsMs.push(performance.now() - startMs);
    if (loaded.length !== events) throw new Error(`${loaded.length} events of ${events}`);
  }
  return durationsMs;
};

type Question =
  | { readonly ask: 'append'; readonly data: unknown; readonly count: number }
  | { readonly ask: 'load'; readonly data: unknown; readonly events: number; readonly count: number };

process.on('message', async (question: Question) => {
  const { ask, data, count } = question;
  process.send?.(ask === 'append' ? await appendMany(data, count, 10) : await loadMany(data, question.events, count));
});
process.on('SIGTERM', () => {
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});
process.stdout.write('ready\n');
