import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { problem } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { apiKey, upload, url } from './testbed.ts';

/** What is answered to bytes that may be no request. */
const answerTo = async (bytes: string): Promise<{ status: number; type: string; body: unknown }> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(bytes);
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(said).toString('utf8').split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: ([^;\r]+)/im.exec(head)?.[1] ?? '',
    body: JSON.parse(body),
  };
};

it.each([
  ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n', 400, 'malformed_request'],
  [
    'a header that ends another',
    'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    400,
    'malformed_request',
  ],
  ['HTTP/0.9', 'GET /\r\n\r\n', 400, 'malformed_request'],
  ['HTTP/0.9 that says so', 'GET /health HTTP/0.9\r\n\r\n', 400, 'malformed_request'],
  ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_request'],
  ['HTTP/2.0 by hand', 'GET /health HTTP/2.0\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
  ['HTTP/1.2', 'GET /health HTTP/1.2\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
  ['a tunnel', 'CONNECT gateway:443 HTTP/1.1\r\nHost: gateway:443\r\n\r\n', 405, 'method_not_allowed'],
  ['a tunnel to nowhere', 'CONNECT // HTTP/1.1\r\nHost: x\r\n\r\nmore', 405, 'method_not_allowed'],
  ['too many headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('%s is answered with a problem', async (_, bytes, status, code) => {
  const answer = await answerTo(bytes);
  expect({ ...answer, body: problem.parse(answer.body).code }).toEqual({
    status,
    type: 'application/problem+json',
    body: code,
  });
});

const raw = async (bytes: string): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.end(bytes);
  return text(socket);
};
const statuses = (answer: string): string[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status ?? '');

it('good requests before a broken one are answered, in their order', async () => {
  const good = `GET /v1/jobs HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\n\r\n`;
  expect(statuses(await raw(`${good}${good}hello\r\n\r\n`))).toEqual(['200', '200', '400']);
});

it('nothing is written into an answer that has begun', async () => {
  const sizeBytes = 12 << 20;
  const { body: stored } = await upload('long.bin', Buffer.alloc(sizeBytes, 'x'));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  socket.on('error', () => {});
  socket.write(`GET ${new URL(stored.download_url as string).pathname} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  socket.write('hello\r\n\r\n');
  await once(socket, 'close');
  const answer = Buffer.concat(said).toString('latin1');
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  expect(body.slice(0, sizeBytes).replaceAll('x', '')).toBe('');
});

it('a body in broken chunks is answered as the broken request it is', async () => {
  const head = `POST /v1/probe HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\nContent-Type: application/json\r\n`;
  expect(statuses(await raw(`${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`))).toEqual(['400']);
});
