import { randomUUID } from 'node:crypto';
import type { Projection } from '@ffapi/es';
import { commitOf, createMemoryEventStore } from '@ffapi/es-testing';
import { runProjection } from '@ffapi/read-model';
import { readModelSuite } from '@ffapi/read-model/suite';
import { findFerretDb, skipLane, startFerretDb } from '@ffapi/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMongoReadModel } from './mongo-read-model.ts';

const url = process.env['MONGODB_TEST_URL'];
const startServer = url ? async () => ({ url, stop: async () => {} }) : findFerretDb() ? () => startFerretDb() : null;

if (!startServer) {
  skipLane('mongodb: neither MONGODB_TEST_URL nor FerretDB (node tools/ferretdb/build.mjs, needs Go)', [
    'libs/read-model-mongodb',
    'libs/testkit',
  ]);
  // A file without a test would fail.
  it.skip('the suite over the wire needs a server', () => {});
} else {
  let server: { url: string; stop(): Promise<void> };
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.stop());

  readModelSuite(url ? 'MongoDB' : 'MongoDB wire (FerretDB)', async () => {
    const database = `test_${randomUUID().slice(0, 8)}`;
    return {
      open: async () => createMongoReadModel({ url: server.url, database }),
      close: async () => {
        const client = new MongoClient(server.url);
        await client.db(database).dropDatabase();
        await client.close();
      },
    };
  });

  describe('MongoDB read model', () => {
    it('passes over every stale write of a batch and forgets deletions that cannot come again', async () => {
      const readModel = createMongoReadModel({ url: server.url, database: `test_${randomUUID().slice(0, 8)}` });
      const collection = readModel.collection({ name: 'notes', indexes: [{ where: [], sort: 'n' }] });
      const at = (position: number) => ({ position, incarnation: 'i', projectionVersion: 1 });
      const ids = Array.from({ length: 9 }, (_, n) => `note_${n}`);
      await collection.write(
        ids.map((id, n) => ({ id, position: n % 2 ? 10 : 1, document: { n } })),
        at(10),
      );
      await collection.write(
        ids.map((id) => ({ id, position: 5, document: { n: 99 } })),
        at(11),
      );
      expect((await collection.scan(null, 20)).map(({ document }) => document['n'])).toEqual([
        99, 1, 99, 3, 99, 5, 99, 7, 99,
      ]);
      await collection.write([{ id: 'note_0', position: 12, document: null }], at(12));
      await collection.write([], at(13));
      await collection.write([{ id: 'note_0', position: 2, document: { n: 2 } }]);
      expect((await collection.get('note_0'))?.document).toEqual({ n: 2 });
      await readModel.drop('notes');
      await readModel.close();
    });

    it('is filled again when someone drops the database under a running projection', async () => {
      const database = `test_${randomUUID().slice(0, 8)}`;
      const readModel = createMongoReadModel({ url: server.url, database });
      const store = createMemoryEventStore();
      const counter: Projection = {
        name: 'counter',
        version: 1,
        streams: ['job.>'],
        indexes: [],
        keys: () => ['all'],
        evolve: (document) => ({ count: Number(document?.['count'] ?? 0) + 1 }),
      };
      const append = () => store.append(`job.${randomUUID()}`, null, commitOf());
      for (let n = 0; n < 5; n++) await append();
      const retried: unknown[] = [];
      const running = runProjection({
        store,
        readModel,
        projection: counter,
        onTrouble: (error) => retried.push(error),
      });
      await running.ready;
      const client = new MongoClient(server.url);
      await client.db(database).dropDatabase();
      const { position } = await append();
      expect(await running.waitFor(position, 10_000)).toBe(true);
      expect(retried).toMatchObject([{ message: 'the checkpoint of counter has disappeared' }]);
      expect((await readModel.collection(counter).get('all'))?.document).toEqual({ count: 6 });
      await running.stop();
      await client.db(database).dropDatabase();
      await client.close();
      await readModel.close();
    });

    it('fails in time when no server answers', async () => {
      const readModel = createMongoReadModel({ url: 'mongodb://127.0.0.1:1/', database: 'none', timeoutMs: 200 });
      await expect(readModel.collection({ name: 'notes', indexes: [] }).get('a')).rejects.toThrow();
      await readModel.close();
    });
  });
}
