import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@ffapi/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-limits-'));
const apiKey = 'a-key-for-tests-of-connections';
const most = 8;
const proxy = '127.0.0.2';
/** On a busy machine; the limits themselves are one and two seconds. */
const patienceMs = 20_000;
let platform: Platform;
let port: number;

beforeAll(async () => {
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      LOG_LEVEL: 'silent',
      TRUSTED_PROXIES: proxy,
      MAX_CONNECTIONS_PER_ADDRESS: String(most),
      REQUEST_HEADERS_SECONDS: '1',
      REQUEST_BODY_WINDOW_SECONDS: '2',
      REQUEST_BODY_MIN_BYTES_PER_SECOND: '256',
      KEEP_ALIVE_SECONDS: '1',
      MIN_FREE_SPACE_MB: '0',
    }),
  );
  port = Number(new URL(platform.gateway?.url ?? '').port);
});

afterAll(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Line {
  readonly socket: Socket;
  /** All that was said until it was closed. */
  readonly closed: Promise<string>;
}

const open = (bytes = '', localAddress = '127.0.0.1'): Line => {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
  socket.on('error', () => {});
  if (bytes !== '') socket.write(bytes);
  return { socket, closed: new Promise((resolve) => socket.once('close', () => resolve(said))) };
};

/** Writes a little again and again, until the other side has had enough or the end is reached. */
const trickle = async (socket: Socket, bytes: string, everyMs: number): Promise<void> => {
  for (const byte of bytes) {
    if (!socket.writable) return;
    socket.write(byte);
    await delay(everyMs);
  }
};

const head = (line: string, ...fields: string[]): string =>
  `${[`${line} HTTP/1.1`, 'Host: x', `X-API-Key: ${apiKey}`, ...fields].join('\r\n')}\r\n\r\n`;
const form = 'Content-Type: multipart/form-data; boundary=b';
const json = 'Content-Type: application/json';
const chunked = 'Transfer-Encoding: chunked';
const part =
  '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: image/png\r\n\r\nabc';

describe.concurrent('a request that does not come', () => {
  it('is given up when nothing is said at all', { timeout: patienceMs }, async () => {
    expect(await open().closed).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('is given up when its headers have no end', { timeout: patienceMs }, async () => {
    const { socket, closed } = open();
    void trickle(socket, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(1_000)}`, 50);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is not waited for after the one before', { timeout: patienceMs }, async () => {
    expect(await open(head('GET /health/live')).closed).toMatch(/^HTTP\/1\.1 200 /);
  });

  const bodies: readonly (readonly [what: string, bytes: string])[] = [
    ['JSON', head('POST /v1/probe', json, 'Content-Length: 400') + '{"url":'],
    ['JSON without a byte', head('POST /v1/probe', json, 'Content-Length: 400')],
    ['JSON in chunks', head('POST /v1/probe', json, chunked) + '3\r\n{"u\r\n'],
    ['a file', head('POST /v1/files', form, 'Content-Length: 5000') + part],
    ['a file in chunks', head('POST /v1/files', form, chunked) + `${part.length.toString(16)}\r\n${part}\r\n`],
    ['a form of FFAPI 1', head('POST /probe/from-binary', form, 'Content-Length: 5000') + part],
    ['a form without a part', head('POST /v1/files', form, 'Content-Length: 5000')],
    ['a preset', head('POST /v1/presets', json, 'Content-Length: 400') + '{'],
  ];

  it.each(bodies)('is given up when its body is silent: %s', { timeout: patienceMs }, async (_what, bytes) => {
    const answer = await open(bytes).closed;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_timeout"');
  });

  it.each(bodies)('is given up when its body trickles: %s', { timeout: patienceMs }, async (_what, bytes) => {
    const { socket, closed } = open(bytes);
    const slowly = bytes.includes(chunked) ? '1\r\nx\r\n'.repeat(200) : 'x'.repeat(350);
    void trickle(socket, slowly, 50);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is waited for when it is slow and honest', { timeout: patienceMs }, async () => {
    const body = `${part}${'x'.repeat(4_000)}\r\n--b--\r\n`;
    const { socket, closed } = open(head('POST /v1/files', form, `Content-Length: ${body.length}`));
    for (let at = 0; at < body.length; at += 50) {
      socket.write(body.slice(at, at + 50));
      await delay(50);
    }
    expect(await closed).toMatch(/^HTTP\/1\.1 201 /);
  });
});

/** The first words of the answer; none: the connection was closed without any. */
const answerOn = async (bytes: string, localAddress?: string): Promise<string> => {
  const { socket, closed } = open(bytes, localAddress);
  socket.once('data', () => socket.destroy());
  return closed;
};

describe('connections of one address', () => {
  const waiting = (...fields: string[]): string => head('POST /v1/probe', json, 'Content-Length: 400', ...fields);

  it('are so many and no more', { timeout: patienceMs }, async () => {
    const lines = Array.from({ length: most }, () => open(waiting()));
    await Promise.all(lines.map(({ socket }) => once(socket, 'connect')));
    expect(await answerOn(head('GET /health/live'))).toBe('');
    for (const { socket } of lines) socket.destroy();
    await expect.poll(() => answerOn(head('GET /health/live')), { timeout: patienceMs }).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('are those of clients behind a proxy', { timeout: patienceMs }, async () => {
    const from = (client: string): string => waiting(`X-Forwarded-For: ${client}`);
    const lines = Array.from({ length: most }, () => open(from('203.0.113.5'), proxy));
    const live = (client: string) => head('GET /health/live', `X-Forwarded-For: ${client}`);
    await expect.poll(() => answerOn(live('203.0.113.5'), proxy)).toMatch(/^HTTP\/1\.1 429 /);
    expect(await answerOn(live('203.0.113.6'), proxy)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerOn(live('2001:db8::1'), proxy)).toMatch(/^HTTP\/1\.1 200 /);
    for (const { socket } of lines) socket.destroy();
  });
});
