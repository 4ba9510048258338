import { once } from 'node:events';
import { connect } from 'node:net';
import { problem } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { url } from './testbed.ts';

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
    type: /^content-type: (.+)$/im.exec(head)?.[1] ?? '',
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
  ['too many headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('%s is answered with a problem', async (_, bytes, status, code) => {
  const answer = await answerTo(bytes);
  expect({ ...answer, body: problem.parse(answer.body).code }).toEqual({
    status,
    type: 'application/problem+json',
    body: code,
  });
});
