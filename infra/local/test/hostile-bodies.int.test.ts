import { describe, expect, it } from 'vitest';
import type { Problem } from '@ffapi/contracts';
import { apiKey, call, fileId, url } from './testbed.ts';

const limitBytes = 128 * 1024;
const json = { 'content-type': 'application/json' };

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
const probe = (more: string): string => `{"url":"${fileId}"${more === '' ? '' : `,${more}`}}`;
/** A body of exactly this many bytes, right in everything else. */
const ofBytes = (sizeBytes: number): string => {
  const empty = probe('"metadata":{"a":""}');
  return empty.replace('"a":""', `"a":"${'x'.repeat(sizeBytes - empty.length)}"`);
};
const cycle = (first: string, second: string) =>
  JSON.stringify({
    tasks: [
      { id: 'a', after: [second] },
      { id: 'b', after: [first] },
    ],
  });

interface Row {
  readonly id: string;
  readonly path?: string;
  readonly body: () => string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly status: number | readonly number[];
}

const rows: readonly Row[] = [
  { id: 'J01 arrays', body: () => nested(10_000, '[', ']'), status: 400 },
  { id: 'J01 objects', body: () => `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, status: 400 },
  { id: 'J01 in metadata', body: () => probe(`"metadata":{"a":${nested(900, '[', ']')}}`), status: 400 },
  { id: 'J01 one level too many', body: () => probe(`"metadata":{"a":${nested(31, '[', ']')}}`), status: 400 },
  { id: 'J02 a byte too many', body: () => ofBytes(limitBytes + 1), status: 413 },
  { id: 'J02 no byte too many, but a field', body: () => ofBytes(limitBytes), status: 400 },
  { id: 'J03 twice the same field', body: () => probe(`"url":"${fileId}"`), status: 400 },
  { id: 'J03 twice, once escaped', body: () => probe(`"\\u0075rl":"${fileId}"`), status: 400 },
  { id: 'J03 twice below', body: () => probe('"metadata":{"a":{"b":1,"b":2}}'), status: 400 },
  { id: 'J04 __proto__', body: () => probe('"__proto__":{"isAdmin":true}'), status: 400 },
  { id: 'J04 __proto__, escaped', body: () => probe('"\\u005f_proto__":{"isAdmin":true}'), status: 400 },
  { id: 'J04 below', body: () => probe('"metadata":{"__proto__":{"isAdmin":true}}'), status: 400 },
  { id: 'J04 constructor', body: () => probe('"constructor":{"prototype":{"isAdmin":true}}'), status: 400 },
  { id: 'J04 constructor below', body: () => probe('"metadata":{"constructor":{"prototype":{}}}'), status: 400 },
  { id: 'J05 1e400', path: '/v1/audio/tempo', body: () => `{"input_url":"${fileId}","tempo":1e400}`, status: 422 },
  { id: 'J05 -0', path: '/v1/audio/tempo', body: () => `{"input_url":"${fileId}","tempo":-0}`, status: 422 },
  {
    id: 'J05 2^53+1',
    path: '/v1/audio/tempo',
    body: () => `{"input_url":"${fileId}","tempo":9007199254740993}`,
    status: 422,
  },
  { id: 'J05 in metadata', body: () => probe('"metadata":{"a":1e400}'), status: 400 },
  { id: 'J06 array', body: () => '{"url":["x"]}', status: 400 },
  { id: 'J06 object', body: () => '{"url":{"toString":"x"}}', status: 400 },
  { id: 'J06 number', body: () => '{"url":1}', status: 400 },
  { id: 'J06 null', body: () => '{"url":null}', status: 400 },
  { id: 'J06 no object at all', body: () => '"url"', status: 400 },
  { id: 'J06 an array at the top', body: () => '[]', status: 400 },
  {
    id: 'J07 invalid UTF-8',
    body: () => Buffer.concat([Buffer.from('{"url":"'), Buffer.from('c328', 'hex'), Buffer.from('"}')]),
    status: 400,
  },
  {
    id: 'J07 invalid, in metadata',
    body: () => Buffer.from(probe('"metadata":{"a":"\xff\xfe"}'), 'latin1'),
    status: 400,
  },
  { id: 'J07 overlong', body: () => Buffer.from(probe('"metadata":{"a":"\xc0\xaf"}'), 'latin1'), status: 400 },
  {
    id: 'J07 half a surrogate',
    body: () => Buffer.from(probe('"metadata":{"a":"\xed\xa0\x80"}'), 'latin1'),
    status: 400,
  },
  { id: 'J07 UTF-16', body: () => Buffer.from(probe(''), 'utf16le'), status: 400 },
  { id: 'J08 comment', body: () => probe('/* x */"metadata":{}'), status: 400 },
  { id: 'J08 trailing comma', body: () => `{"url":"${fileId}",}`, status: 400 },
  { id: 'J08 NaN', body: () => probe('"metadata":{"a":NaN}'), status: 400 },
  { id: 'J08 single quotes', body: () => "{'url':'x'}", status: 400 },
  { id: 'J08 two values', body: () => `${probe('')}{}`, status: 400 },
  { id: 'J08 nothing', body: () => '', status: 400 },
  { id: 'J09 unknown field', body: () => probe('"colour":1'), status: 400 },
  { id: 'J10 $gt as a field', body: () => probe('"$gt":""'), status: 400 },
  { id: 'J10 $gt for a URL', body: () => '{"url":{"$gt":""}}', status: 400 },
  { id: 'J10 $where in a filter', path: '/v1/jobs?status[$ne]=x', body: () => '', status: 400 },
  { id: 'J11 a cycle', path: '/v1/workflows', body: () => cycle('a', 'b'), status: [400, 404, 405, 422] },
  { id: 'J11 self-reference', path: '/v1/workflows', body: () => cycle('b', 'a'), status: [400, 404, 405, 422] },
  {
    id: 'J12 100,000 inputs',
    path: '/video/concat',
    body: () => JSON.stringify({ clips: Array.from({ length: 100_000 }, () => 'x') }),
    status: [413, 422],
  },
  {
    id: 'J12 10,000 inputs in few bytes',
    path: '/video/concat',
    body: () => `{"clips":[${'1,'.repeat(10_000)}1]}`,
    status: 422,
  },
  {
    id: 'J13 text/plain',
    body: () => probe(''),
    headers: { 'content-type': 'text/plain', cookie: 'session=x' },
    status: 415,
  },
  {
    id: 'J13 a form',
    body: () => 'url=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
  },
  { id: 'J13 no type', body: () => Buffer.from(probe('')), headers: { 'content-type': '' }, status: [400, 415] },
  {
    id: 'J13 another charset',
    body: () => probe(''),
    headers: { 'content-type': 'application/json; charset=utf-16' },
    status: 415,
  },
  {
    id: 'a compressed bomb',
    body: () => Buffer.from('1f8b0800', 'hex'),
    headers: { ...json, 'content-encoding': 'gzip' },
    status: [400, 415],
  },
];

const send = async ({ path = '/v1/probe', body, headers = json }: Row) => {
  const start = performance.now();
  const isGet = path.includes('?');
  const response = await fetch(url + path, {
    method: isGet ? 'GET' : 'POST',
    headers: { 'x-api-key': apiKey, ...headers },
    ...(isGet ? {} : { body: body() }),
  });
  const answer = (await response.json()) as Problem;
  return { status: response.status, type: response.headers.get('content-type'), answer, ms: performance.now() - start };
};

const slowest: { id: string; ms: number }[] = [];

describe('a hostile body', () => {
  it.each(rows)('$id', async (row) => {
    const { status, type, answer, ms } = await send(row);
    slowest.push({ id: row.id, ms });
    expect({ is: status, says: answer.detail }).toEqual({
      is: typeof row.status === 'number' ? row.status : expect.toBeOneOf([...row.status]),
      says: expect.any(String) as unknown,
    });
    expect(type).toContain('application/problem+json');
    expect(JSON.stringify(answer)).not.toMatch(/node_modules|\.ts:|at .*\(/);
  });

  it('leaves the process as it was', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    const [worst] = slowest.toSorted((a, b) => b.ms - a.ms);
    process.stdout.write(`slowest refusal: ${worst?.id}, ${worst?.ms.toFixed(1)} ms\n`);
    expect(worst?.ms).toBeLessThan(10_000);
  });
});

describe('a body that is only odd', () => {
  it.each([
    ['thirty-two levels', `"metadata":{"a":${nested(30, '[', ']')}}`],
    ['operators of a database as data', '"metadata":{"$where":"sleep(1)","a":{"$gt":""}}'],
    ['the same name on two levels', '"metadata":{"url":"x","a":[{"b":1},{"b":2}]}'],
    ['names of methods', '"metadata":{"toString":"x","hasOwnProperty":1}'],
    ['escapes', '"metadata":{"a":"\\ud83c\\udfac \\" \\\\ \\/ {\\"a\\":1,\\"a\\":2}"}'],
  ])('is taken: %s', async (_what, more) => {
    const answer = await call<{ metadata: unknown }>('POST', '/v1/probe', probe(more));
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(answer.body.metadata).toEqual((JSON.parse(`{${more}}`) as { metadata: unknown }).metadata);
  });
});
