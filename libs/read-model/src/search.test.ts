import { createSqliteReadModel } from '@ffapi/read-model-sqlite';
import { afterAll, expect, it } from 'vitest';
import { holds, search } from './search.ts';

type Note = { readonly n: number; readonly title: string };

const count = 12_000;
const readModel = createSqliteReadModel({ file: ':memory:' });
const notes = readModel.collection<Note>({ name: 'notes', indexes: [{ where: [], sort: 'n' }] });
const titleOf = (n: number): string => (n % 100 === 0 ? `Nº ${n} Übung 100%` : `note ${n}`);
await notes.write(
  Array.from({ length: count }, (_, n) => ({ id: `id${n}`, position: n + 1, document: { n, title: titleOf(n) } })),
);

afterAll(() => readModel.close());

/** All pages of a search, and how many documents each held. */
const all = async (text: string, limit: number) => {
  const found: number[] = [];
  const sizes: number[] = [];
  let after: string | undefined;
  do {
    const page = await search(notes, { sort: 'n', descending: true, limit, after }, holds({ field: 'title', text }));
    found.push(...page.documents.map(({ document }) => document.n));
    sizes.push(page.documents.length);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return { found, sizes };
};

const everyHundredth = Array.from({ length: count / 100 }, (_, i) => count - 100 * (i + 1));

it('finds every document, in order and once, whatever the size of a page', async () => {
  for (const limit of [1, 7, 50, 200]) expect((await all('übung', limit)).found).toEqual(everyHundredth);
});

it('takes the text literally and in any case of letters', async () => {
  expect((await all('nº 300 ÜB', 10)).found).toEqual([300]);
  expect((await all('100%', 200)).found).toEqual(everyHundredth);
  for (const text of ['N.*', '%note', '_']) expect((await all(text, 10)).found).toEqual([]);
});

it('looks at so many documents a page, and goes on with the next', async () => {
  const { found, sizes } = await all('note 11', 10_000);
  expect(found.length).toBeGreaterThan(0);
  expect(sizes).toHaveLength(3);
  expect((await all('nowhere', 10)).sizes).toEqual([0, 0, 0]);
});

it('is a plain page without a text', async () => {
  expect((await search(notes, { sort: 'n', limit: 3 }, null)).documents.map(({ document }) => document.n)).toEqual([
    0, 1, 2,
  ]);
});
