import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, startNatsServer } from '@ffapi/bus';
import { loadConfig } from '@ffapi/config';
import type { DomainEvent } from '@ffapi/es';
import { createJetStreamEventStore } from '@ffapi/es-jetstream';
import { drainGraceMsOf } from '@ffapi/worker';
import { afterAll, expect, it } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-shutdown-'));
const apiKey = 'a-key-for-tests-of-shutdown';
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** More than a worker has with the default. */
const originMs = 2_500;

it('hands back what is not done 8 seconds before the process must have ended', () => {
  expect(drainGraceMsOf(loadConfig({}))).toBe(2_000);
  expect(drainGraceMsOf(loadConfig({ SHUTDOWN_GRACE_SECONDS: '3540' }))).toBe(3_532_000);
  expect(drainGraceMsOf(loadConfig({ SHUTDOWN_GRACE_SECONDS: '5' }))).toBe(0);
});

it('finishes after SIGTERM what SHUTDOWN_GRACE_SECONDS leaves time for', async () => {
  const nats = await startNatsServer({ dir: join(dir, 'nats') });
  const origin = createServer().listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const platform = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      NATS_URL: nats.url,
      NATS_MONITOR_URL: nats.monitorUrl,
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_SECONDS: '30',
      SERVICES: 'gateway,job,storage',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url: string | undefined;
  for await (const said of platform.stdout.iterator({ destroyOnReturn: false }))
    if ((url ??= /^ready (.+)$/m.exec(String(said))?.[1])) break;
  const asked = once(origin, 'request');
  await fetch(`${url}/v1/probe`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://127.0.0.1:${(origin.address() as AddressInfo).port}/a.mp4` }),
  });
  const [, response] = await asked;
  const exited = once(platform, 'exit');
  platform.kill('SIGTERM');
  setTimeout(() => response.writeHead(404).end(), originMs);
  expect((await exited)[0]).toBe(0);

  const connection = await connectBus({ url: nats.url, name: 'reader' });
  const store = await createJetStreamEventStore({ connection, durability: 'trusted' });
  const types: string[] = [];
  for await (const commits of store.read<DomainEvent>({ after: 0 }))
    for (const { events } of commits) types.push(...events.map(({ type }) => type));
  expect(types).toContain('TaskFailed');
  expect(types).not.toContain('TaskHandedBack');
  await store.close();
  await connection.close();
  origin.close();
  await nats.stop();
});
