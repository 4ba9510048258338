import { BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { LinkDown } from '@ffapi/bus';
import { ConcurrencyConflict, EventStoreFull, EventStoreUnavailable, EventUnknown, Refusal } from '@ffapi/es';
import { expect, it } from 'vitest';
import { refusalOf, RequestTimeout, RequestUnserved, UnreadableMessage } from './requests.ts';

it.each([
  ['a refusal', new Refusal('job_not_found', { a: 1 }), { code: 'job_not_found', details: { a: 1 } }],
  ['a full store', new EventStoreFull('full'), { code: 'store_full' }],
  ['a store that is away', new EventStoreUnavailable('away'), { code: 'unavailable' }],
  [
    'what a newer version has written',
    new EventUnknown({ type: 'A', version: 2 }),
    { code: 'event_unknown', details: { event_type: 'A' } },
  ],
  ['a race that was lost again and again', new ConcurrencyConflict('job.a'), { code: 'unavailable' }],
  ['a service behind that nobody runs', new RequestUnserved('asset.resolve'), { code: 'unavailable' }],
  ['a service behind that is silent', new RequestTimeout('asset.resolve'), { code: 'unavailable' }],
  ['a blob store that is away', new BlobStoreUnavailable('away'), { code: 'unavailable' }],
  ['a full blob store', new BlobStoreFull('full'), { code: 'disk_space_low' }],
  ['a broker that is away', new LinkDown(), { code: 'unavailable' }],
  [
    'a database that is away',
    Object.assign(new Error('m'), { name: 'MongoServerSelectionError' }),
    { code: 'unavailable' },
  ],
  ['a message that cannot be read', new UnreadableMessage('jobId: …'), { code: 'message_unreadable' }],
  ['what nobody expected', new TypeError('x'), { code: 'internal' }],
])('tells %s', (_, error, told) => {
  expect(refusalOf(error)).toEqual(told);
});
