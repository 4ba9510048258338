import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidCursor, UndeclaredIndex, type Collection, type FindQuery, type ReadModel } from './read-model.ts';
import type { ReadModelHarness } from './suite-harness.ts';
import { textIndexSuite } from './text-index.suite.ts';

type Note = { readonly [field: string]: unknown };

const indexes = [
  { where: ['owner', 'state'], sort: 'createdAt' },
  { where: [], sort: 'size.bytes' },
];
const note = (n: number, more: Note = {}): Note => ({
  owner: n % 2 === 0 ? 'ann' : 'bob',
  state: ['new', 'done', 'failed'][n % 3],
  createdAt: `2026-01-01T00:00:${String(n % 60).padStart(2, '0')}Z`,
  title: `Note Nº ${n} Übung`,
  size: { bytes: n * 10 },
  ...more,
});
const key = (n: number) => `note_${String(n).padStart(4, '0')}`;
const past = '2020-01-01T00:00:00Z';
const future = '2120-01-01T00:00:00Z';

/** Registers the tests that every read model passes. */
export const readModelSuite = (name: string, makeHarness: () => Promise<ReadModelHarness>): void => {
  textIndexSuite(name, makeHarness);
  describe(`read model: ${name}`, () => {
    let harness: ReadModelHarness;
    let readModel: ReadModel;
    beforeAll(async () => {
      harness = await makeHarness();
      readModel = await harness.open();
    });
    afterAll(async () => {
      await readModel.close();
      await harness.close();
    });

    const newName = () => `notes-${randomUUID().slice(0, 8)}`;
    const newCollection = (collectionName = newName()) => readModel.collection<Note>({ name: collectionName, indexes });
    const filled = async (count: number, more?: (n: number) => Note) => {
      const collection = newCollection();
      const writes = Array.from({ length: count }, (_, n) => ({
        id: key(n),
        position: n + 1,
        document: note(n, more?.(n)),
      }));
      await collection.write(writes);
      return collection;
    };
    const pages = async (collection: Collection<Note>, query: FindQuery) => {
      const found: string[][] = [];
      for (let after: string | undefined; ;) {
        const { documents, next } = await collection.find({ ...query, after });
        found.push(documents.map(({ id }) => id));
        if (next === null) return found;
        after = next;
      }
    };
    const ids = async (collection: Collection<Note>, query: FindQuery) => (await pages(collection, query)).flat();
    const keysWhere = (count: number, keep: (document: Note) => boolean) =>
      Array.from({ length: count }, (_, n) => n)
        .filter((n) => keep(note(n)))
        .map(key);

    describe('documents', () => {
      it('come back as they were written', async () => {
        const collection = newCollection();
        const document = {
          text: 'ß→漢字 😀 "\\',
          list: [1, 'x', null, { deep: true }],
          none: null,
          flag: false,
          half: 0.5,
        };
        await collection.write([{ id: 'a/b c', position: 7, document }]);
        expect(await collection.get('a/b c')).toEqual({ id: 'a/b c', document, version: 1, position: 7 });
        expect(Object.keys((await collection.get('a/b c'))!.document)).toEqual(Object.keys(document));
        expect(await collection.get('missing')).toBeNull();
      });

      it('keep names of fields that are no plain words', async () => {
        const names = ['video.thumbnails', '$set', '100%', '%2E', 'a.b.$c', 'null\0', ''];
        const document = note(1, { counts: [Object.fromEntries(names.map((each, n) => [each, { [each]: n }]))] });
        const collection = newCollection();
        await collection.write([{ id: key(1), position: 1, document }]);
        expect((await collection.get(key(1)))?.document).toEqual(document);
        expect(await collection.replace(key(2), document, 0)).toBe(true);
        expect(await collection.replace(key(2), { ...document, again: true }, 1)).toBe(true);
        expect((await collection.get(key(2)))?.document).toEqual({ ...document, again: true });
      });

      it('come by many ids, those that exist', async () => {
        const collection = await filled(5);
        const found = await collection.getMany([key(1), key(3), 'missing']);
        expect(found.map(({ id }) => id).sort()).toEqual([key(1), key(3)]);
        expect(await collection.getMany([])).toEqual([]);
      });

      it('are never overwritten by an older or equal position, not even when deleted', async () => {
        const collection = newCollection();
        await collection.write([{ id: 'a', position: 5, document: note(5) }]);
        await collection.write([
          { id: 'a', position: 5, document: note(1) },
          { id: 'b', position: 5, document: note(2) },
        ]);
        await collection.write([{ id: 'a', position: 4, document: null }]);
        expect(await collection.get('a')).toMatchObject({ document: note(5), version: 1, position: 5 });
        expect(await collection.get('b')).toMatchObject({ document: note(2) });
        await collection.write([{ id: 'a', position: 8, document: null }]);
        await collection.write([{ id: 'a', position: 7, document: note(7) }]);
        expect(await collection.get('a')).toBeNull();
        await collection.write([{ id: 'a', position: 9, document: note(9) }]);
        expect(await collection.get('a')).toMatchObject({ document: note(9), position: 9 });
      });

      it('are gone once they have expired', async () => {
        const collection = newCollection();
        await collection.write([
          { id: 'old', position: 1, document: note(1), expiresAt: past },
          { id: 'new', position: 2, document: note(3), expiresAt: future },
        ]);
        expect(await collection.get('old')).toBeNull();
        expect((await collection.getMany(['old', 'new'])).map(({ id }) => id)).toEqual(['new']);
        expect(await ids(collection, { sort: 'createdAt', limit: 10 })).toEqual(['new']);
        expect((await collection.scan(null, 10)).map(({ id }) => id)).toEqual(['new']);
      });

      it('are replaced only at the expected version', async () => {
        const collection = newCollection();
        expect(await collection.replace('a', note(1), 1)).toBe(false);
        expect(await collection.replace('a', note(1), 0)).toBe(true);
        expect(await collection.replace('a', note(2), 0)).toBe(false);
        const outcomes = await Promise.all([3, 4, 5, 6].map((n) => collection.replace('a', note(n), 1)));
        expect(outcomes.filter(Boolean)).toHaveLength(1);
        expect((await collection.get('a'))?.version).toBe(2);
        await collection.delete('a');
        expect(await collection.get('a')).toBeNull();
        expect(await collection.replace('a', note(7), 0)).toBe(true);
      });

      it('come in id order when scanned', async () => {
        const collection = await filled(7);
        const first = await collection.scan(null, 3);
        expect(first.map(({ id }) => id)).toEqual([key(0), key(1), key(2)]);
        expect((await collection.scan(key(2), 10)).map(({ id }) => id)).toEqual([3, 4, 5, 6].map(key));
      });
    });

    describe('find', () => {
      const count = 130;
      let collection: Collection<Note>;
      beforeAll(async () => {
        collection = await filled(count);
      });

      it('gives every document once, page by page, in both directions', async () => {
        const ascending = await pages(collection, { sort: 'createdAt', limit: 25 });
        expect(ascending.map((page) => page.length)).toEqual([25, 25, 25, 25, 25, 5]);
        const sorted = keysWhere(count, () => true).sort((a, b) => {
          const [m, n] = [Number(a.slice(5)), Number(b.slice(5))];
          return (m % 60) - (n % 60) || m - n;
        });
        expect(ascending.flat()).toEqual(sorted);
        expect(await ids(collection, { sort: 'createdAt', descending: true, limit: 25 })).toEqual(sorted.toReversed());
      });

      it('sorts numbers as numbers and reads nested fields', async () => {
        const found = await ids(collection, { sort: 'size.bytes', limit: 50 });
        expect(found).toEqual(keysWhere(count, () => true));
      });

      it('filters by equality, choice and range', async () => {
        const query = { sort: 'createdAt', limit: 40 };
        const sameAs = async (where: FindQuery['where'], keep: (document: Note) => boolean) =>
          expect((await ids(collection, { ...query, where })).sort()).toEqual(keysWhere(count, keep));
        await sameAs({ owner: 'ann', state: 'done' }, ({ owner, state }) => owner === 'ann' && state === 'done');
        await sameAs({ state: { in: ['new', 'failed'] } }, ({ state }) => state !== 'done');
        await sameAs({ 'size.bytes': { gte: 100, lt: 300 } }, ({ size }) => {
          const { bytes } = size as { bytes: number };
          return bytes >= 100 && bytes < 300;
        });
        await sameAs({ owner: 'nobody' }, () => false);
        await sameAs({ state: { in: [] } }, () => false);
      });

      it('tells true, false, null and missing apart', async () => {
        const own = readModel.collection<Note>({ name: newName(), indexes: [{ where: ['flag'], sort: 'n' }] });
        const documents: Note[] = [
          { n: 1, flag: true },
          { n: 2, flag: false },
          { n: 3, flag: null },
          { n: 4 },
          { flag: true },
        ];
        await own.write(documents.map((document, n) => ({ id: key(n), position: 1, document })));
        const found = (flag: boolean | null) => ids(own, { sort: 'n', limit: 9, where: { flag } });
        expect(await found(true)).toEqual([key(0)]);
        expect(await found(false)).toEqual([key(1)]);
        expect(await found(null)).toEqual([key(2), key(3)]);
      });

      it('keeps its place while documents come and go', async () => {
        const own = await filled(10);
        const query = { sort: 'size.bytes', limit: 4 };
        const first = await own.find(query);
        await own.write([
          { id: key(3), position: 99, document: null },
          { id: 'early', position: 99, document: note(0) },
        ]);
        const second = await own.find({ ...query, after: first.next! });
        expect(second.documents.map(({ id }) => id)).toEqual([4, 5, 6, 7].map(key));
      });

      it('refuses fields without an index and cursors of another query', async () => {
        await expect(collection.find({ sort: 'title', limit: 1 })).rejects.toThrow(UndeclaredIndex);
        await expect(collection.find({ sort: 'createdAt', where: { title: 'x' }, limit: 1 })).rejects.toThrow(
          UndeclaredIndex,
        );
        const { next } = await collection.find({ sort: 'createdAt', limit: 1 });
        const foreign = [next!, 'rubbish', Buffer.from('{}').toString('base64url')];
        for (const after of foreign) {
          await expect(collection.find({ sort: 'size.bytes', limit: 1, after })).rejects.toThrow(InvalidCursor);
        }
      });
    });

    describe('collections', () => {
      const checkpoint = { position: 42, incarnation: 'one', projectionVersion: 3 };

      it('keep a checkpoint with their documents, also when opened again', async () => {
        const collectionName = newName();
        const collection = newCollection(collectionName);
        expect(await collection.checkpoint()).toBeNull();
        await collection.write([{ id: 'a', position: 42, document: note(1) }], checkpoint);
        expect(await collection.checkpoint()).toEqual(checkpoint);
        await collection.write([], { ...checkpoint, position: 43 });
        expect((await newCollection(collectionName).checkpoint())?.position).toBe(43);
        const again = await harness.open();
        const reopened = again.collection<Note>({ name: collectionName, indexes });
        expect((await reopened.checkpoint())?.position).toBe(43);
        expect((await reopened.get('a'))?.document).toEqual(note(1));
        expect((await reopened.scan(null, 5)).map(({ id }) => id)).toEqual(['a']);
        await again.close();
      });

      it('forget everything when cleared', async () => {
        const collection = await filled(3);
        await collection.write([], checkpoint);
        await collection.clear();
        expect(await collection.checkpoint()).toBeNull();
        expect(await collection.scan(null, 5)).toEqual([]);
        await collection.write([{ id: key(0), position: 1, document: note(0) }]);
        expect(await collection.get(key(0))).not.toBeNull();
      });

      it('take the place of another with checkpoint and indexes, again and again', async () => {
        const collectionName = newName();
        const current = newCollection(collectionName);
        await current.write([{ id: 'old', position: 1, document: note(1) }]);
        for (const round of [1, 2]) {
          const beside = newCollection(`${collectionName}-rebuild`);
          await beside.clear();
          await beside.write([{ id: `new${round}`, position: 2, document: note(2) }], {
            ...checkpoint,
            position: round,
          });
          await readModel.swap(`${collectionName}-rebuild`, collectionName);
          expect((await current.scan(null, 5)).map(({ id }) => id)).toEqual([`new${round}`]);
          expect((await current.checkpoint())?.position).toBe(round);
          expect(await ids(current, { sort: 'createdAt', limit: 5, where: { owner: 'ann' } })).toEqual([`new${round}`]);
          expect(await beside.scan(null, 5)).toEqual([]);
        }
      });

      it('are empty after they were dropped', async () => {
        const collectionName = newName();
        await newCollection(collectionName).write([{ id: 'a', position: 1, document: note(1) }], checkpoint);
        await readModel.drop(collectionName);
        await readModel.drop('never-there');
        expect(await newCollection(collectionName).scan(null, 5)).toEqual([]);
        expect(await newCollection(collectionName).checkpoint()).toBeNull();
      });
    });
  });
};
