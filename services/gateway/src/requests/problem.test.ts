import { BlobNotFound, BlobStoreFull, BlobStoreUnavailable } from '@ffapi/blob';
import { EventStoreUnavailable, EventUnknown, Refusal } from '@ffapi/es';
import { createLinks } from '@ffapi/job-view';
import { RequestTimeout, RequestUnserved } from '@ffapi/service-kit';
import { expect, it } from 'vitest';
import { InvalidCursor } from '@ffapi/read-model';
import { fieldErrors } from './field-errors.ts';
import { problemOf, RequestRefused } from './problem.http.ts';

const links = createLinks('http://h/', { sign: () => '', expiresAtSeconds: () => 0 });
const shown = (error: unknown) => {
  const { status, body, headers } = problemOf(error, { path: '/p', requestId: 'req_1' }, links);
  return { status, code: body.code, retry: headers['retry-after'] !== undefined };
};
const named = (name: string, more = {}) => Object.assign(new Error('inner words'), { name, ...more });

it.each<[string, unknown, { status: number; code: string; retry: boolean }]>([
  [
    'a refusal of a service',
    new Refusal('job_already_finished'),
    { status: 409, code: 'job_already_finished', retry: false },
  ],
  ['a service that is not there', new RequestUnserved('x'), { status: 503, code: 'unavailable', retry: true }],
  ['a service that is silent', new RequestTimeout('x'), { status: 503, code: 'unavailable', retry: true }],
  ['an event store that is away', new EventStoreUnavailable(), { status: 503, code: 'unavailable', retry: true }],
  [
    'what a newer version has written',
    new EventUnknown({ type: 'A', version: 2 }),
    { status: 503, code: 'event_unknown', retry: true },
  ],
  ['a broker that is away', named('NoRespondersError'), { status: 503, code: 'unavailable', retry: true }],
  ['a read model that is away', named('MongoServerSelectionError'), { status: 503, code: 'unavailable', retry: true }],
  [
    'a broken SQLite file',
    named('Error', { code: 'ERR_SQLITE_ERROR' }),
    { status: 503, code: 'unavailable', retry: true },
  ],
  ['a blob that is gone', new BlobNotFound('a'), { status: 404, code: 'file_not_found', retry: false }],
  ['a full disk', new BlobStoreFull('a'), { status: 507, code: 'disk_space_low', retry: false }],
  ['a blob store that is away', new BlobStoreUnavailable('a'), { status: 503, code: 'unavailable', retry: true }],
  ['a body that is no JSON', new SyntaxError('x'), { status: 400, code: 'invalid_json', retry: false }],
  [
    'a client error of the server',
    named('E', { statusCode: 400 }),
    { status: 400, code: 'invalid_request', retry: false },
  ],
  ['a code nobody knows', new Refusal('from_the_future'), { status: 500, code: 'internal', retry: false }],
  ['anything else', named('Error'), { status: 500, code: 'internal', retry: false }],
])('%s', (_what, error, expected) => {
  expect(shown(error)).toEqual(expected);
});

it('says nothing of what it did not expect, and everything of what it did', () => {
  expect(JSON.stringify(problemOf(named('Error'), { path: '/p', requestId: 'r' }, links))).not.toContain('inner words');
  const errors = [{ pointer: '/a', code: 'c', message: 'm' }];
  const refused = new RequestRefused('invalid_request', { detail: 'd', errors, extra: { status: 1, more: 2 } });
  expect(problemOf(refused, { path: '/p', requestId: 'r' }, links).body).toMatchObject({
    type: 'http://h/documentation/errors/invalid_request',
    status: 400,
    detail: 'd',
    instance: '/p',
    errors,
    more: 2,
  });
});

it('points at the field, escaped as RFC 6901 asks', () => {
  expect(fieldErrors([{ path: ['a/b', 0, 'c~d'], code: 'x', message: 'm' }], '/body')).toEqual([
    { pointer: '/body/a~1b/0/c~0d', code: 'x', message: 'm' },
  ]);
  expect(
    fieldErrors([{ path: [], code: 'unrecognized_keys', message: 'm', keys: ['q', 'r'] }]).map(
      ({ pointer }) => pointer,
    ),
  ).toEqual(['/q', '/r']);
});

it('says of a cursor of another list that it is one, whatever the list', () => {
  const { status, body } = problemOf(new InvalidCursor('inner words'), { path: '/v1/files', requestId: 'r' }, links);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([{ pointer: '/query/cursor', code: 'invalid_cursor' }]);
});

it('has on the paths of FFAPI 1 the statuses of old, and its word', () => {
  const request = { path: '/compose/from-urls', requestId: 'r', legacyStatuses: { invalid_request: 422 } };
  const { status, body } = problemOf(new RequestRefused('invalid_request'), request, links);
  expect([status, body]).toMatchObject([422, { status: 422, code: 'invalid_request', error: 'invalid_request' }]);
  expect(problemOf(new RequestRefused('job_not_found'), request, links).status).toBe(404);
  const elsewhere = problemOf(new RequestRefused('invalid_request'), { path: '/v1/jobs', requestId: 'r' }, links);
  expect([elsewhere.status, elsewhere.body]).toEqual([400, expect.not.objectContaining({ error: 'invalid_request' })]);
});

it.each([
  'Multipart: Boundary not found',
  'The needle cannot be an empty String/Buffer.',
  'The needle cannot have a length bigger than 256.',
  'Unsupported Content-Type.',
])('a form that cannot be read is a fault of its sender: %s', (words) => {
  const { body } = problemOf(new Error(words), { path: '/v1/files', requestId: 'r' }, links);
  expect(body.code).toBe('media_type_not_supported');
});
