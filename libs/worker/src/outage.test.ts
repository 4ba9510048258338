import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { LinkDown } from '@ffapi/bus';
import { ConcurrencyConflict, EventStoreFull, EventStoreUnavailable, Refusal } from '@ffapi/es';
import { expect, it } from 'vitest';
import { isOutage, pauseOf } from './outage.ts';

it.each([
  ['a blob store that is away', new BlobStoreUnavailable('away')],
  ['an event store that is away', new EventStoreUnavailable('away')],
  ['one that is full', new EventStoreFull('full')],
  ['a race that was lost again and again', new ConcurrencyConflict('asset.a')],
  ['a broker that is away', new LinkDown()],
  ['a database that is busy', Object.assign(new Error('locked'), { code: 'ERR_SQLITE_ERROR', errcode: 5 })],
  ['a service that is away', new Refusal('unavailable')],
])('takes %s for an outage', (_, error) => {
  expect(isOutage(error)).toBe(true);
});

it.each([
  ['an absent blob', new BlobNotFound('a')],
  ['a full volume', new BlobStoreFull('full')],
  ['a refusal', new Refusal('quota_storage')],
  ['what nobody expected', new TypeError('x')],
])('does not take %s for one', (_, error) => {
  expect(isOutage(error)).toBe(false);
});

const outage = { failures: 1, awayMs: 0, workedMs: 0, chance: 1 };

it('waits longer each time, up to five seconds, and by chance half as long', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 99].map((failures) => pauseOf({ ...outage, failures }));
  expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(pauseOf({ ...outage, failures: 6, chance: 0 })).toBe(2_500);
});

it.each([
  ['a minute', 0, 60_000],
  ['a minute, however little was done', 59_000, 60_000],
  ['as long as the work took', 3_600_000, 3_600_000],
])('waits %s', (_, workedMs, patienceMs) => {
  expect(pauseOf({ ...outage, workedMs, awayMs: patienceMs - 1 })).not.toBeNull();
  expect(pauseOf({ ...outage, workedMs, awayMs: patienceMs })).toBeNull();
});
