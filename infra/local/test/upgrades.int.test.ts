import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';
import { describe, expect, it } from 'vitest';
import { apiKey, call, remux, url } from './testbed.ts';

const open = async (bytes: string): Promise<Socket> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
};

const handshake = (target: string, fields: Readonly<Record<string, string>> = {}): string => {
  const all = {
    Host: 'gateway',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...fields,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
};

const answerTo = async (bytes: string): Promise<string> => {
  const socket = await open(bytes);
  const answer = text(socket);
  await once(socket, 'end');
  socket.end();
  return answer;
};

const lives = async (): Promise<void> => {
  expect((await call('GET', '/health/live')).status).toBe(200);
};

const noTargets =
  '// /// http:// //[ //:99999/ //a:b //a:b/v1/jobs/job_00000000/ws http://[ https://a:b/ http:/// * a:1';

describe('an upgrade', () => {
  it.each(noTargets.split(' '))('to %s is refused as no request', async (target) => {
    const answer = await answerTo(handshake(target));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"malformed_request"');
    await lives();
  });

  it.each([
    ['/v1/jobs/job_00000000/ws', 401, 'api_key_required'],
    ['http://gateway/v1/jobs/job_00000000/ws', 401, 'api_key_required'],
    ['/v1/jobs/job_00000000/ws?api_key=x', 400, 'api_key_in_query'],
    ['/v1/jobs/%/ws', 404, 'not_found'],
    ['/', 404, 'not_found'],
  ])('to %s is refused as any request', async (target, status, code) => {
    const answer = await answerTo(handshake(target));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('to something else than a WebSocket is declined: the request is answered as it stands', async () => {
    const answer = await answerTo(handshake('/health/live', { Connection: 'close, Upgrade', Upgrade: 'h2c' }));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('may be reset before it is answered', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 20 }, () => open(handshake('/v1/jobs/job_00000000/ws', { 'X-API-Key': apiKey }))),
    );
    for (const socket of sockets) socket.resetAndDestroy();
    await lives();
  });
});

/** Frames of RFC 6455 §5.2 that break its rules. */
const brokenFrames: readonly (readonly [what: string, hex: string])[] = [
  ['a reserved bit', 'f180000000007b7d'],
  ['an unknown kind', '838000000000'],
  ['no mask', '810568656c6c6f'],
  ['a ping of 126 bytes', `89fe007e00000000${'00'.repeat(126)}`],
  ['a ping in pieces', '098000000000'],
  ['a length of 2^63', '81ffffffffffffffffff00000000'],
  ['more than is taken', '81fe100100000000'],
  ['text that is no UTF-8', '818200000000fffe'],
  ['a close of one byte', '88810000000000'],
  ['a close with a code that is none', '888200000000000c'],
  ['the rest of a message that never began', '808000000000'],
];

it.each(brokenFrames)('a frame with %s ends the WebSocket and nothing else', async (_what, hex) => {
  const { body: job } = await call<{ job_id: string }>('POST', '/v1/transcode', {
    ...remux(),
    input_url: 'http://127.0.0.1:9/none.mp4',
  });
  const client = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${job.job_id}/ws`, {
    headers: { 'x-api-key': apiKey },
  });
  client.on('error', () => {});
  await once(client, 'open');
  const { _socket: socket } = client as unknown as { _socket: Socket };
  socket.write(Buffer.from(hex, 'hex'));
  await once(client, 'close');
  await lives();
});
