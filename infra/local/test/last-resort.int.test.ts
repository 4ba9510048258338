import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePorts, startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-last-resort-'));
let nats: TestNats;
beforeAll(async () => void (nats = await startNats()));
afterAll(async () => {
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Throws inside the process when it is told to, where no code of the platform can catch it. */
const fuse = `data:text/javascript,${encodeURIComponent(`
  process.on('SIGUSR2', () => { throw new Error('thrown by a listener'); });
  process.on('SIGWINCH', () => { Promise.reject(new Error('rejected and forgotten')); });
`)}`;

const start = async (services: string) => {
  const [metricsPort] = await freePorts(1);
  const child = spawn(process.execPath, ['--import', fuse, join(import.meta.dirname, '../src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      NATS_URL: nats.url,
      NATS_MONITOR_URL: nats.monitorUrl,
      FFAPI_DATA_DIR: join(dir, services),
      PORT: '0',
      METRICS_PORT: String(metricsPort),
      SERVICES: services,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = text(child.stderr);
  let said = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false }))
    if (/^ready/m.test((said += String(chunk)))) break;
  const faults = async (): Promise<string[]> => {
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    return page.split('\n').filter((line) => line.startsWith('ffapi_process_faults_total{'));
  };
  return { child, log, faults, url: /^ready (http.+)$/m.exec(said)?.[1] };
};

it('a process that answers the public outlives what nobody caught, and says so', async () => {
  const { child, log, faults, url } = await start('gateway,storage,job');
  child.kill('SIGUSR2');
  child.kill('SIGWINCH');
  await expect
    .poll(async () => (await faults()).toSorted())
    .toEqual([
      'ffapi_process_faults_total{origin="uncaughtException"} 1',
      'ffapi_process_faults_total{origin="unhandledRejection"} 1',
    ]);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
  // Which of two signals is heard first is for the system to say.
  const lines = (await log).split('\n').filter((line) => line.includes('nobody caught this'));
  const faulty = lines.map((line) => JSON.parse(line) as { origin: string });
  expect(faulty.toSorted((a, b) => (a.origin < b.origin ? -1 : 1))).toMatchObject([
    { level: 'error', origin: 'uncaughtException', err: { message: 'thrown by a listener' } },
    { level: 'error', origin: 'unhandledRejection', err: { message: 'rejected and forgotten' } },
  ]);
});

it.each(['SIGUSR2', 'SIGWINCH'] as const)('a process without the gateway says so and ends (%s)', async (signal) => {
  const { child, log } = await start('storage');
  const exited = once(child, 'exit');
  child.kill(signal);
  expect(await exited).toEqual([1, null]);
  expect(await log).toContain('nobody caught this');
});
