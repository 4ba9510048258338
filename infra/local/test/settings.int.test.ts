import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { assetStream, type AssetEvent, type JobResource, type SettingsResource } from '@ffapi/contracts';
import { openRuntime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';
import { apiKey, call, eventually, platform, remux, upload, url } from './testbed.ts';

const second = { platform: null as Platform | null };
const besides = mkdtempSync(join(tmpdir(), 'ffapi-settings-'));

/** Another process on the same NATS: what is set in one counts in both. */
const startBeside = (more: Record<string, string> = {}): Promise<Platform> =>
  startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: besides,
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      TRUSTED_PROXIES: '127.0.0.1',
      NATS_URL: platform.natsUrl,
      SERVICES: 'gateway',
      EVENT_STORE_DURABILITY: 'trusted',
      ...more,
    }),
  );
const startSecond = async (more: Record<string, string> = {}): Promise<void> => {
  await second.platform?.stop();
  second.platform = await startBeside(more);
};
const atSecond = (): string => second.platform?.gateway?.url ?? '';

beforeAll(() => startSecond(), 60_000);

afterAll(async () => {
  await second.platform?.stop();
  rmSync(besides, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly at?: string;
}

const ask = async <T = Record<string, unknown>>(path: string, { method = 'GET', headers, body, at }: Asked = {}) => {
  const response = await fetch(`${at ?? url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
};
const asAdmin = { 'x-api-key': apiKey };
const set = (body: unknown, more: Asked = {}) =>
  ask<SettingsResource & { code?: string; detail?: string }>('/admin/settings', {
    method: 'PATCH',
    headers: asAdmin,
    body,
    ...more,
  });
const shown = async (at?: string): Promise<SettingsResource> =>
  (await ask<SettingsResource>('/admin/settings', { headers: asAdmin, ...(at ? { at } : {}) })).body;

afterEach(async () => {
  const { overridden } = await shown();
  await set(Object.fromEntries(overridden.map((name) => [name, null])));
});

describe('settings', () => {
  it('are those of the environment until they are changed, and again when that is taken back', async () => {
    const before = await shown();
    expect(before).toEqual({
      require_login: false,
      require_api_key: true,
      enable_whitelist: false,
      whitelist_entries: [],
      retention_hours: 168,
      rate_limit_rpm: 0,
      ffmpeg_timeout_minutes: 120,
      upload_chunk_mb: 8,
      max_file_size_mb: 16,
      overridden: [],
    });
    const changed = { require_login: true, upload_chunk_mb: 16, retention_hours: 1, ffmpeg_timeout_minutes: 5 };
    const { body } = await set(changed);
    expect(body).toEqual({ ...before, ...changed, overridden: expect.any(Array) });
    expect(new Set(body.overridden)).toEqual(new Set(Object.keys(changed)));
    expect((await set(Object.fromEntries(Object.keys(changed).map((name) => [name, null])))).body).toEqual(before);
  });

  it.each([
    [{ rate_limit_rpm: -1 }],
    [{ whitelist_entries: ['not an address'] }],
    [{ whitelist_entries: ['10.0.0.0/33'] }],
    [{ retention_hours: 0 }],
    [{ max_file_size_mb: 1.5 }],
    [{ no_such_setting: 1 }],
  ])('are refused where they make no sense: %j', async (body) => {
    expect(await set(body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('count in other processes, and after a restart', async () => {
    await set({ upload_chunk_mb: 32 });
    await eventually(async () => (await shown(atSecond())).upload_chunk_mb === 32);
    await startSecond();
    expect((await shown(atSecond())).upload_chunk_mb).toBe(32);
  });

  it('say nothing new twice', async () => {
    await set({ upload_chunk_mb: 4 });
    const { body } = await set({ upload_chunk_mb: 4, retention_hours: null });
    expect(body.overridden).toEqual(['upload_chunk_mb']);
  });
});

describe('requests a minute', () => {
  it('are limited from the next one on, in both processes, also for the first admin key', async () => {
    await set({ rate_limit_rpm: 1_000 });
    await eventually(async () => (await shown(atSecond())).rate_limit_rpm === 1_000);
    const { headers } = await ask('/v1/operations', { headers: asAdmin, at: atSecond() });
    expect(headers.get('ratelimit-policy')).toBe('"default";q=1000;w=60');
    await set({ rate_limit_rpm: null });
    expect((await ask('/v1/operations', { headers: asAdmin })).headers.get('ratelimit-policy')).toBeNull();
  });
});

describe('files', () => {
  const bytes = Buffer.alloc(1_500_000, 'a');

  it('are limited in size from the next upload on', async () => {
    expect((await upload('a.txt', bytes)).status).toBe(201);
    await set({ max_file_size_mb: 1 });
    expect(await upload('a.txt', bytes)).toMatchObject({ status: 413, body: { code: 'input_too_large' } });
    await set({ max_file_size_mb: null });
    expect((await upload('a.txt', bytes)).status).toBe(201);
  });

  it('are kept as long as was set when they came', async () => {
    await set({ retention_hours: 3 });
    const { body } = await upload('a.txt', bytes);
    const config = loadConfig({ FFAPI_DATA_DIR: besides, EVENT_STORE_DURABILITY: 'trusted', LOG_LEVEL: 'silent' });
    const runtime = await openRuntime({ config, natsUrl: platform.natsUrl, metrics: createMetrics() });
    const { commits } = await runtime.context('test').store.load<AssetEvent>(assetStream(String(body.file_id)));
    await runtime.close();
    const [stored] = commits.flatMap(({ events }) => events);
    const expiresAt = stored?.type === 'AssetStored' ? stored.data.expiresAt : null;
    const hours = (Date.parse(expiresAt ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(2.9);
    expect(hours).toBeLessThanOrEqual(3);
  });
});

describe('the time that tools have', () => {
  it('counts for the next task', async () => {
    const heavy = remux({ output_format: 'mp4', video_codec: 'h264', audio_codec: 'aac', resolution: '1440p' });
    const submit = () => call<JobResource>('POST', '/v1/transcode', heavy, { prefer: 'wait=60' });
    await set({ ffmpeg_timeout_minutes: 0.01 });
    expect((await submit()).body).toMatchObject({ status: 'failed', error: { code: 'ffmpeg_timeout' } });
    await set({ ffmpeg_timeout_minutes: null });
    expect((await submit()).body.status).toBe('completed');
  });
});

describe('addresses', () => {
  const from = (address: string, headers: Record<string, string> = asAdmin) =>
    ask('/v1/operations', { headers: { ...headers, 'x-forwarded-for': address } });
  const whitelist = { enable_whitelist: true, whitelist_entries: ['127.0.0.1', '192.0.2.0/24', '2001:db8::/32'] };

  it('are let in when they are listed; health stays open', async () => {
    await set(whitelist);
    expect((await from('192.0.2.200')).status).toBe(200);
    expect((await from('2001:db8::1')).status).toBe(200);
    expect(await from('198.51.100.1')).toMatchObject({ status: 403, body: { code: 'ip_not_whitelisted' } });
    expect(await from('198.51.100.1', {})).toMatchObject({ status: 403, body: { code: 'ip_not_whitelisted' } });
    const elsewhere = { 'x-forwarded-for': '198.51.100.1' };
    expect((await ask('/health', { headers: elsewhere })).status).toBe(200);
    const login = { method: 'POST', headers: elsewhere, body: { username: 'a', password: 'b' } };
    expect(await ask('/login', login)).toMatchObject({ status: 403, body: { code: 'ip_not_whitelisted' } });
  });

  it('cannot be listed so that whoever asks is locked out', async () => {
    const { status, body } = await set({ ...whitelist, whitelist_entries: ['192.0.2.0/24'] });
    expect({ status, code: body.code }).toEqual({ status: 422, code: 'settings_refused' });
    expect(body.detail).toContain('127.0.0.1');
    expect(await set({ enable_whitelist: true })).toMatchObject({ status: 422, body: { code: 'settings_refused' } });
    await set(whitelist);
    expect(await set({ whitelist_entries: null })).toMatchObject({ status: 422, body: { code: 'settings_refused' } });
    expect((await shown()).whitelist_entries).toEqual(whitelist.whitelist_entries);
  });
});

describe('keys', () => {
  it('can be off on loopback, at once; pages of others are kept out', async () => {
    expect((await ask('/v1/operations')).status).toBe(401);
    await set({ require_api_key: false });
    expect((await ask('/v1/operations')).status).toBe(200);
    const foreign = { headers: { origin: 'https://elsewhere.example' } };
    expect(await ask('/v1/operations', foreign)).toMatchObject({ status: 403, body: { code: 'csrf_refused' } });
    const rebound = { headers: { 'x-forwarded-host': 'elsewhere.example' } };
    expect(await ask('/v1/operations', rebound)).toMatchObject({ status: 401, body: { code: 'api_key_required' } });
    await set({ require_api_key: null });
    expect((await ask('/v1/operations')).status).toBe(401);
  });

  it('cannot be off where others can come, nor are they there when it was said elsewhere', async () => {
    const open = await startBeside({ HOST: '0.0.0.0' });
    try {
      const at = open.gateway?.url.replace('0.0.0.0', '127.0.0.1') ?? '';
      expect(await set({ require_api_key: false }, { at })).toMatchObject({
        status: 422,
        body: { code: 'settings_refused' },
      });
      await set({ require_api_key: false, upload_chunk_mb: 64 });
      await eventually(async () => (await shown(at)).upload_chunk_mb === 64);
      expect((await shown(at)).require_api_key).toBe(true);
      expect((await ask('/v1/operations', { at })).status).toBe(401);
    } finally {
      await open.stop();
    }
  });
});

it('the first person comes from the environment, once', async () => {
  const login = { LOGIN_USERNAME: 'operator', LOGIN_PASSWORD: 'correct horse battery staple' };
  await startSecond(login);
  const logIn = (password: string) =>
    ask('/login', {
      method: 'POST',
      at: atSecond(),
      headers: { 'x-forwarded-for': '192.0.2.77' },
      body: { username: 'operator', password },
    });
  expect(await logIn(login.LOGIN_PASSWORD)).toMatchObject({ status: 200, body: { user: { role: 'admin' } } });
  await startSecond({ ...login, LOGIN_PASSWORD: 'another that is not taken' });
  expect((await logIn('another that is not taken')).status).toBe(401);
  expect((await logIn(login.LOGIN_PASSWORD)).status).toBe(200);
});
