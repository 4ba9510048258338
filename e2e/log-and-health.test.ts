import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { cutClip } from './faults/clip.ts';
import { Client } from './faults/client.ts';
import { copyOf, ended, submit, upload } from './faults/drills/orders.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-log-'));
const [logFile, scannerPath] = [join(dir, 'log'), join(dir, 'clamd.ctl')];
const apiKey = 'key_of_the_log_0123456789abc';
let platform: RunningPlatform;
let client: Client;
let scanner: Server | null = null;

type Line = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

const lineOf = (wanted: Readonly<Record<string, unknown>>): Promise<Line> =>
  eventually(() => {
    const lines = readFileSync(logFile, 'utf8').split('\n');
    const entries = lines.filter((line) => line.startsWith('{') && line.endsWith('}'));
    return entries
      .map((line) => JSON.parse(line) as Line)
      .findLast((line) => Object.entries(wanted).every(([name, value]) => line[name] === value));
  });

interface Health {
  readonly status: string;
  readonly components: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}

const healthWhen = (isSo: (health: Health) => boolean): Promise<Health> =>
  eventually(async () => {
    const health = (await client.call<Health>('GET', '/health/detailed'))?.body;
    return health && isSo(health) ? health : undefined;
  });

/** A scanner that finds nothing and answers a ping. */
const startScanner = async (): Promise<Server> => {
  const server = createServer((socket: Socket) => {
    let taken = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      taken = Buffer.concat([taken, chunk]);
      if (taken.includes('zPING\0')) socket.end('PONG\0');
      else if (taken.subarray(-4).equals(Buffer.alloc(4))) socket.end('stream: OK\0');
    });
  });
  await new Promise<void>((resolve) => server.listen(scannerPath, resolve));
  return server;
};

beforeAll(async () => {
  const env = {
    PORT: '0',
    FFAPI_DATA_DIR: join(dir, 'data'),
    ADMIN_API_KEY: apiKey,
    MIN_FREE_SPACE_MB: '0',
    ENABLE_VIRUS_SCANNING: 'true',
    CLAMAV_SOCKET: scannerPath,
    ALLOW_PRIVATE_IPS: 'true',
    JOB_MAX_RETRIES: '0',
    LOG_LEVEL: 'debug',
  };
  platform = startPlatform(env, logFile);
  client = new Client(await platform.ready, apiKey);
});
afterAll(async () => {
  await platform.end('SIGTERM');
  scanner?.close();
  rmSync(dir, { recursive: true, force: true });
});

it('says in health and in the log that the scanner is away, and when it is back', async () => {
  const { components } = await healthWhen((health) => health.components.scanner?.status === 'degraded');
  expect(components.scanner?.reason).toContain('no file is taken in');
  expect(await lineOf({ msg: 'scanner is degraded' })).toMatchObject({ level: 'warn', component: 'scanner' });
  scanner = await startScanner();
  await healthWhen(({ status, components: seen }) => seen.scanner?.status === 'up' && status === 'healthy');
  expect(await lineOf({ msg: 'scanner is well again' })).toMatchObject({ level: 'info' });
});

it('has a line for the end of each job, and at debug for each request', async () => {
  const clip = join(dir, 'clip.mp4');
  await cutClip(clip, 1);
  const fileId = await upload(client, clip);
  const good = await submit(client, '/v1/transcode', copyOf(fileId));
  const bad = await submit(client, '/v1/probe', { url: 'http://127.0.0.1:9/none.mp4' });
  await ended(client, [good, bad], 30);
  const line = { level: 'info', jobId: good, msg: 'job completed' };
  expect(await lineOf(line)).toMatchObject({ type: 'transcode', outputs: 1 });
  expect(await lineOf({ level: 'info', jobId: bad, msg: 'job failed' })).toMatchObject({ type: 'probe' });
  expect(await lineOf({ level: 'debug', msg: 'request', route: '/v1/transcode' })).toMatchObject({ status: 202 });
});

it('has few series of each route, and those that an operator asks for', async () => {
  const response = await fetch(`${await platform.ready}/metrics/prometheus`, { headers: { 'x-api-key': apiKey } });
  const series = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const answers = series.filter((line) => line.startsWith('ffapi_http_request_duration_seconds'));
  const routes = new Set(answers.map((line) => /route="([^"]*)"/.exec(line)?.[1]));
  expect(answers.length / routes.size).toBeLessThanOrEqual(7);
  const named = ['webhook_lag_seconds', 'event_streams_open', 'event_store_bytes', 'component_up{component="scanner"}'];
  for (const name of named)
    expect(
      series.filter((line) => line.startsWith(`ffapi_${name}`)),
      name,
    ).toHaveLength(1);
});
