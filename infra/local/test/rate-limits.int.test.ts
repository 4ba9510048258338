import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const admin = 'a-key-for-tests-of-the-limits';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-limits-'));
const perMinute = 20;
let first: Platform;
let second: Platform;

const configOf = (folder: string, more: Record<string, string> = {}) =>
  loadConfig({
    FFAPI_DATA_DIR: join(dir, folder),
    PORT: '0',
    ADMIN_API_KEY: admin,
    LOG_LEVEL: 'silent',
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...more,
  });

/** Two gateways on one NATS: the limit is one for both. */
beforeAll(async () => {
  const limit = { RATE_LIMIT_REQUESTS_PER_MINUTE: String(perMinute) };
  first = await startPlatform(configOf('a', limit));
  const beside = { ...limit, NATS_URL: first.natsUrl, SERVICES: 'gateway', EVENT_STORE_DURABILITY: 'trusted' };
  second = await startPlatform(configOf('b', beside));
});

afterAll(async () => {
  await second?.stop();
  await first?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const urls = (): string[] => [first.gateway?.url ?? '', second.gateway?.url ?? ''];

const ask = async (n: number, headers: Record<string, string>, path = '/v1/operations') => {
  const response = await fetch(`${urls()[n % 2]}${path}`, { headers });
  const body = (await response.json()) as { code?: string };
  return { status: response.status, headers: response.headers, code: body.code };
};

/** So that no test straddles the end of a minute. */
const earlyInAMinute = async (): Promise<void> => {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 15_000) await new Promise((resolve) => setTimeout(resolve, left + 50));
};

const newKey = async (): Promise<string> => {
  const response = await fetch(`${urls()[0]}/admin/api-keys`, {
    method: 'POST',
    headers: { 'x-api-key': admin, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'limited' }),
  });
  return ((await response.json()) as { api_key: string }).api_key;
};

describe('requests a minute', () => {
  it('are limited for a key, exactly, by both gateways together', async () => {
    await earlyInAMinute();
    const key = await newKey();
    const answers = await Promise.all(Array.from({ length: perMinute * 2 }, (_, n) => ask(n, { 'x-api-key': key })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(perMinute);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(perMinute);
    expect(refused[0]?.code).toBe('rate_limited');
    const seconds = Number(refused[0]?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('are told in headers, and are each key’s own', async () => {
    await earlyInAMinute();
    const [one, other] = [await newKey(), await newKey()];
    for (const remaining of [perMinute - 1, perMinute - 2]) {
      const { headers } = await ask(0, { 'x-api-key': one });
      expect(headers.get('ratelimit-policy')).toBe(`"default";q=${perMinute};w=60`);
      expect(headers.get('ratelimit')).toMatch(new RegExp(`^"default";r=${remaining};t=\\d+$`));
    }
    expect((await ask(1, { 'x-api-key': other })).headers.get('ratelimit')).toContain(`r=${perMinute - 1};`);
  });

  it('are limited for an address that has no key, which does not stop those who have one', async () => {
    await earlyInAMinute();
    const answers = await Promise.all(
      Array.from({ length: perMinute * 2 }, (_, n) => ask(n, n % 3 === 0 ? {} : { 'x-api-key': 'wrong' })),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(perMinute);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(perMinute);
    expect((await ask(0, { 'x-api-key': await newKey() })).status).toBe(200);
  });

  it('are not counted for what is open', async () => {
    const answers = await Promise.all(Array.from({ length: perMinute * 2 }, (_, n) => ask(n, {}, '/health/live')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe('links', () => {
  const made = (n: number): string => `/files/~9999999999.${'A'.repeat(42)}${n % 10}/file_0000000000/a.mp4`;

  it('that are made up are counted for the address, those that hold are not', async () => {
    await earlyInAMinute();
    const form = new FormData();
    form.append('file', new Blob(['WEBVTT\n\n']), 'a.vtt');
    const upload = await fetch(`${urls()[0]}/v1/files`, {
      method: 'POST',
      headers: { 'x-api-key': admin },
      body: form,
    });
    const { download_url: link } = (await upload.json()) as { download_url: string };
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < perMinute + 20; n++) codes.push((await ask(0, {}, made(n))).code);
    expect(codes.at(-1)).toBe('rate_limited');
    expect((await fetch(link)).status).toBe(200);
  });
});
