import { expect, it } from 'vitest';
import { isReadModelAway } from './is-read-model-away.ts';

const mongo = (name: string, labels: readonly string[] = []) =>
  Object.assign(new Error('m'), { name, hasErrorLabel: (label: string) => labels.includes(label) });
const sqlite = (errcode: number) => Object.assign(new Error('s'), { code: 'ERR_SQLITE_ERROR', errcode });

it.each([
  ['a server that is not found', mongo('MongoServerSelectionError')],
  ['a lost connection', mongo('MongoNetworkError')],
  ['one that was lost with others', mongo('MongoPoolClearedError')],
  ['a primary that stepped down', mongo('MongoServerError', ['RetryableWriteError'])],
  ['a file that another writes', sqlite(5)],
  ['the same, said more closely', sqlite(5 | (2 << 8))],
  ['a full volume', sqlite(13)],
])('tells %s as a database that is away', (_, error) => {
  expect(isReadModelAway(error)).toBe(true);
});

it.each([
  ['a query that is wrong', mongo('MongoServerError')],
  ['a statement that is wrong', sqlite(1)],
  ['what nobody expected', new TypeError('x')],
  ['what is no error', 'away'],
])('does not take %s for one', (_, error) => {
  expect(isReadModelAway(error)).toBe(false);
});
