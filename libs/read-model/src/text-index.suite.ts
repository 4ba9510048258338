import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection, FindQuery, ReadModel } from './read-model.ts';
import type { ReadModelHarness } from './suite-harness.ts';

type Note = { readonly [field: string]: unknown };

const indexes = [
  { where: ['owner'], sort: 'createdAt' },
  { where: [], each: 'words', sort: 'createdAt' },
];
const minute = (n: number): string => `2026-01-01T00:${String(n).padStart(2, '0')}:00Z`;
const note = (n: number, more: Note = {}): Note => ({
  owner: n % 2 === 0 ? 'ann' : 'bob',
  createdAt: minute(n),
  ...more,
});
const key = (n: number) => `note_${String(n).padStart(4, '0')}`;
const past = '2020-01-01T00:00:00Z';

/** Registers the tests of indexes of texts, which every read model passes. */
export const textIndexSuite = (name: string, makeHarness: () => Promise<ReadModelHarness>): void => {
  describe(`read model: ${name}, an index of texts`, () => {
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

    const newCollection = () => readModel.collection<Note>({ name: `notes-${randomUUID().slice(0, 8)}`, indexes });
    const filled = async (count: number, more: (n: number) => Note) => {
      const collection = newCollection();
      await collection.write(
        Array.from({ length: count }, (_, n) => ({ id: key(n), position: n + 1, document: note(n, more(n)) })),
      );
      return collection;
    };
    const ids = async (collection: Collection<Note>, query: FindQuery): Promise<string[]> => {
      const { documents, next } = await collection.find(query);
      const found = documents.map(({ id }) => id);
      return next === null ? found : [...found, ...(await ids(collection, { ...query, after: next }))];
    };

    it('passes over as many as it is told, and goes on behind them', async () => {
      const collection = await filled(30, (n) => ({
        words: ['all'],
        createdAt: minute(n),
      }));
      for (const has of [undefined, ['all']]) {
        const query = { has, where: {}, sort: 'createdAt', descending: true, limit: 5 };
        const page = await collection.find({ ...query, skip: 10 });
        expect(page.documents.map(({ id }) => id)).toEqual([19, 18, 17, 16, 15].map(key));
        const next = await collection.find({ ...query, after: page.next ?? undefined });
        expect(next.documents.map(({ id }) => id)).toEqual([14, 13, 12, 11, 10].map(key));
        expect(await collection.find({ ...query, skip: 30 })).toEqual({ documents: [], next: null });
      }
    });

    it('finds by texts of a list, all of them, page by page in both directions', async () => {
      const words = (n: number) => ({
        words: ['all', ...(n % 2 ? [] : ['even']), ...(n % 3 ? [] : ['third', 'Übung'])],
      });
      const collection = await filled(60, (n) => ({
        ...words(n),
        createdAt: minute(n),
      }));
      const expected = (keep: (n: number) => boolean) =>
        Array.from({ length: 60 }, (_, n) => n)
          .filter(keep)
          .map(key);
      const find = (has: readonly string[], more: Partial<FindQuery> = {}) =>
        ids(collection, { has, sort: 'createdAt', limit: 7, ...more });
      expect(await find(['third'])).toEqual(expected((n) => n % 3 === 0));
      expect(await find(['all', 'Übung', 'even'])).toEqual(expected((n) => n % 6 === 0));
      expect(await find(['even', 'even'], { descending: true })).toEqual(expected((n) => n % 2 === 0).toReversed());
      expect(await find(['none'])).toEqual([]);
      expect(await find(['all', 'none'])).toEqual([]);
      const where = { createdAt: { gte: '2026-01-01T00:10:00Z', lt: '2026-01-01T00:20:00Z' } };
      expect(await find(['third'], { where })).toEqual([key(12), key(15), key(18)]);
      expect(await find(['third'], { where: { owner: 'bob' } })).toEqual(expected((n) => n % 6 === 3));
    });

    it('knows the texts that a document has now, and no others', async () => {
      const collection = newCollection();
      const found = (text: string) => ids(collection, { has: [text], sort: 'createdAt', limit: 10 });
      const write = (position: number, document: Note | null, more: object = {}) =>
        collection.write([{ id: key(1), position, document, ...more }]);
      await write(1, note(1, { words: ['one', 'two', 'two'] }));
      expect(await found('two')).toEqual([key(1)]);
      await write(2, note(1, { words: ['two', 'three'], createdAt: '2026-02-01T00:00:00Z' }));
      expect([await found('one'), await found('two'), await found('three')]).toEqual([[], [key(1)], [key(1)]]);
      await write(3, note(1, { words: 'two' }));
      expect(await found('three')).toEqual([]);
      await write(4, note(1, { words: ['two'] }), { expiresAt: past });
      expect(await found('two')).toEqual([]);
      await write(5, note(1, { words: ['two'] }));
      await write(6, null);
      expect(await found('two')).toEqual([]);
      expect(await collection.replace(key(2), note(2, { words: ['four'] }), 0)).toBe(true);
      expect(await found('four')).toEqual([key(2)]);
      await collection.delete(key(2));
      expect(await found('four')).toEqual([]);
      await write(7, note(1, { words: ['two'] }));
      await collection.clear();
      expect(await found('two')).toEqual([]);
    });
  });
};
