import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { loadConfig } from '@ffapi/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-ship-'));
const apiKey = 'a-key-for-tests-of-the-platform';
const token = 'a-token-of-the-collector';
const patience = { timeout: 20_000 };
const sockets: Socket[] = [];
const posted: { readonly authorization: string | undefined; readonly body: string }[] = [];
let syslogText = '';
const syslog = createServer((socket) => {
  sockets.push(socket.on('data', (chunk) => (syslogText += chunk.toString())));
});
const collector = createHttpServer(async (request, response) => {
  posted.push({ authorization: request.headers.authorization, body: (await buffer(request)).toString() });
  response.end('{"text":"Success","code":0}');
});
let platform: Platform;

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  const [syslogPort, collectorPort] = [await listening(syslog), await listening(collector)];
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      SERVICES: 'gateway',
      LOG_LEVEL: 'silent',
      AUDIT_SYSLOG_URL: `tcp://127.0.0.1:${syslogPort}`,
      AUDIT_SPLUNK_HEC_URL: `http://127.0.0.1:${collectorPort}`,
      AUDIT_SPLUNK_HEC_TOKEN: token,
    }),
  );
});
afterAll(async () => {
  await platform.stop();
  for (const socket of sockets) socket.destroy();
  for (const server of [syslog, collector]) server.close();
  rmSync(dir, { recursive: true, force: true });
});

it('sends what happens to both receivers that are set, though users may not reach private addresses', async () => {
  const response = await fetch(`${platform.gateway?.url}/admin/api-keys`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'shipped' }),
  });
  const { id } = (await response.json()) as { id: string };
  await expect.poll(() => syslogText, patience).toContain(`resource_id="${id}" action="created"`);
  expect(syslogText).toMatch(/^\d+ <110>1 /);
  await expect.poll(() => posted.some(({ body }) => body.includes(id)), patience).toBe(true);
  expect(posted[0]?.authorization).toBe(`Splunk ${token}`);
});

it('needs the token of a collector', () => {
  expect(() => loadConfig({ AUDIT_SPLUNK_HEC_URL: 'https://splunk:8088' })).toThrow(/AUDIT_SPLUNK_HEC_TOKEN/);
  expect(() => loadConfig({ AUDIT_SYSLOG_URL: 'udp://logs:514' })).toThrow(/tcp:\/\/HOST:PORT/);
});
