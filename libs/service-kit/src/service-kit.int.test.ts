import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { EventStoreFull, EventStoreUnavailable, Refusal } from '@ffapi/es';
import type { ReadModel } from '@ffapi/read-model';
import { createMetrics } from '@ffapi/telemetry';
import { startNats, type TestNats } from '@ffapi/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adminKey, derivedKey, masterKey } from './keys.ts';
import { projectionLease } from './projection-lease.ts';
import { createRequester, refusalOf, RequestTimeout, RequestUnserved } from './requests.ts';
import { openRuntime, publicBaseUrl, type Runtime, type ServiceContext } from './runtime.ts';
import { serveInternals } from './internals.ts';
import { startService, type Service } from './service.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-kit-'));
const config = loadConfig({ FFAPI_DATA_DIR: dir, LOG_LEVEL: 'silent', PORT: '0' });
const metrics = createMetrics();
let nats: TestNats;
let runtime: Runtime;
let context: ServiceContext;
let service: Service;
const stopped: string[] = [];

beforeAll(async () => {
  nats = await startNats();
  runtime = await openRuntime({ config, natsUrl: nats.url, monitorUrl: nats.monitorUrl, metrics });
  context = runtime.context('job');
  service = await startService(context, {
    requests: {
      'job.queue-place': async ({ jobId }) => {
        if (jobId === 'refused') throw new Refusal('job_not_found', { why: 'test' });
        if (jobId === 'broken') throw new Error('inner words');
        if (jobId === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
        if (jobId === 'unreadable') return { etaSeconds: null, reason: null } as never;
        const reason = jobId.startsWith('long') ? jobId.repeat(Number(jobId.slice('long'.length))) : jobId;
        return { position: 3, etaSeconds: null, reason };
      },
    },
    start: async () => ({ stop: async () => void stopped.push('work') }),
    health: async () => ({ job: { status: 'up' } }),
  });
});

afterAll(async () => {
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

it.each(['here', 'from afar'])('answers requests %s, and tells refusals from failures', async (place) => {
  const request = createRequester(context.connection, place === 'here' ? context.local : new Map());
  expect(await request('job.queue-place', { jobId: 'asked' })).toEqual({
    position: 3,
    etaSeconds: null,
    reason: 'asked',
  });
  await expect(request('job.queue-place', { jobId: 'refused' })).rejects.toMatchObject({
    code: 'job_not_found',
    details: { why: 'test' },
  });
  const broken = request('job.queue-place', { jobId: 'broken' });
  await expect(broken).rejects.toMatchObject({ code: 'internal' });
  await expect(broken).rejects.not.toThrow(/inner words/);
  if (place === 'from afar') {
    await expect(request('job.queue-place', { jobId: 'slow' }, 50)).rejects.toBeInstanceOf(RequestTimeout);
  }
  await expect(request('job.workers', {})).rejects.toBeInstanceOf(RequestUnserved);
  expect(refusalOf(new EventStoreFull())).toEqual({ code: 'store_full' });
  expect(refusalOf(new EventStoreUnavailable())).toEqual({ code: 'unavailable' });
});

it('carries out nothing of what cannot be read, and does not take an answer that cannot be', async () => {
  const request = createRequester(context.connection, new Map());
  const code = 'message_unreadable';
  await expect(request('job.queue-place', { jobId: 7 } as never)).rejects.toMatchObject({ code, details: {} });
  const newer = { jobId: 'asked', since: 'a newer version' };
  expect(await request('job.queue-place', newer)).toMatchObject({ reason: 'asked' });
  const unreadable = request('job.queue-place', { jobId: 'unreadable' });
  await expect(unreadable).rejects.toBeInstanceOf(RequestTimeout);
  await expect(unreadable).rejects.toThrow(/position: /);
});

it.each([100_000, 400_000])('answers with more than the broker takes in one message: %i times', async (times) => {
  const request = createRequester(context.connection, new Map());
  const answers = await Promise.all([0, 1].map(() => request('job.queue-place', { jobId: `long${times}` })));
  for (const { reason } of answers) expect(reason?.length).toBe(times * `long${times}`.length);
});

it('keeps its keys in the data folder, readable by the owner alone', () => {
  const key = masterKey(config, dir);
  expect(masterKey(config, dir)).toEqual(key);
  expect(statSync(join(dir, 'secrets.key')).mode & 0o777).toBe(0o600);
  expect(derivedKey(key, 'a')).not.toEqual(derivedKey(key, 'b'));
  const first = adminKey(config, dir);
  expect(first.isNew).toBe(true);
  expect(adminKey(config, dir)).toEqual({ key: first.key, isNew: false });
  expect(readFileSync(join(dir, 'admin.key'), 'utf8')).toBe(first.key);
  expect(() => masterKey({ ...config, SECRETS_KEY: 'c2hvcnQ=' }, dir)).toThrow(/32 bytes/);
});

it('seals secrets so that only references and ciphertext are stored', async () => {
  const ref = await context.secrets.seal('the canary', { purpose: 'url' });
  expect(await context.secrets.open(ref)).toBe('the canary');
  await context.secrets.delete(ref);
  await expect(context.secrets.open(ref)).rejects.toThrow();
});

it('knows where clients reach it', () => {
  expect(publicBaseUrl(config)).toBe('');
  expect(publicBaseUrl({ ...config, PORT: 3000, HOST: '::1' })).toBe('http://[::1]:3000');
  expect(publicBaseUrl({ ...config, PUBLIC_BASE_URL: 'https://x.test' })).toBe('https://x.test');
});

it('lets one process at a time project into a shared read model', async () => {
  const shared = { exclusive: false } as ReadModel;
  expect(projectionLease(context, { exclusive: true } as ReadModel, 'p')).toBeUndefined();
  const stop = new AbortController();
  const held = Promise.withResolvers<void>();
  const other: string[] = [];
  const first = projectionLease(
    context,
    shared,
    'p',
  )?.(async (signal) => {
    held.resolve();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  }, stop.signal);
  await held.promise;
  const second = projectionLease(
    { ...context, instance: 'other' },
    shared,
    'p',
  )?.(async () => void other.push('held'), stop.signal);
  stop.abort();
  await Promise.all([first, second]);
  expect(other).toEqual([]);
});

it('shows metrics and probes on the internal port alone', async () => {
  expect(await serveInternals(config, metrics, [service], context.log)).toBeNull();
  const internals = await serveInternals({ ...config, METRICS_PORT: 0 }, metrics, [service], context.log);
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${internals?.port}${path}`)).text();
  expect(await page('/metrics')).toContain('ffapi_jobs_completed_total');
  expect(JSON.parse(await page('/health/ready'))).toEqual({
    status: 'ready',
    services: ['job'],
    components: { job: { status: 'up' } },
  });
  expect(JSON.parse(await page('/health/live'))).toEqual({ status: 'live' });
  expect((await fetch(`http://127.0.0.1:${internals?.port}/else`)).status).toBe(404);
  await internals?.stop();
});

it('stops what it started', async () => {
  expect(await service.health()).toEqual({ job: { status: 'up' } });
  await service.stop();
  expect(stopped).toEqual(['work']);
  await runtime.close();
  expect(context.connection.isClosed()).toBe(true);
});
