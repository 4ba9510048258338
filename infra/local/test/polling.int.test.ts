import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { pollsPerRequest } from '@ffapi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const admin = 'a-key-for-tests-of-polling';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-polling-'));
const perMinute = 20;
let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: dir,
      PORT: '0',
      ADMIN_API_KEY: admin,
      LOG_LEVEL: 'silent',
      ALLOW_PRIVATE_IPS: 'true',
      RATE_LIMIT_REQUESTS_PER_MINUTE: String(perMinute),
    }),
  );
});
afterAll(async () => {
  await platform?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const ask = async (key: string, path: string, method = 'GET', body?: unknown) => {
  const response = await fetch(`${platform.gateway?.url}${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};

/** So that no test straddles the end of a minute. */
const earlyInAMinute = async (): Promise<void> => {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 20_000) await new Promise((resolve) => setTimeout(resolve, left + 50));
};

const submit = { input_url: 'http://127.0.0.1:9/none.mp4', output_format: 'mkv', video_codec: 'copy' };

describe('looks at one’s own jobs', () => {
  it('do not use up the requests: two jobs are watched every second, and others can be submitted', async () => {
    await earlyInAMinute();
    const { body: made } = await ask(admin, '/admin/api-keys', 'POST', { name: 'watches' });
    const key = made.api_key as string;
    const jobs: unknown[] = [];
    for (let n = 0; n < 2; n++) jobs.push((await ask(key, '/v1/transcode', 'POST', submit)).body.job_id);
    const looks: number[] = [];
    for (let second = 0; second < 60; second++)
      for (const job of jobs) looks.push((await ask(key, `/v1/jobs/${String(job)}`)).status);
    expect(new Set(looks)).toEqual(new Set([200]));
    const look = await ask(key, `/v1/jobs/${String(jobs[0])}`);
    expect(look.headers.get('ratelimit-policy')).toBe(`"polls";q=${perMinute * pollsPerRequest};w=60`);
    expect((await ask(key, '/v1/me')).body.limits).toMatchObject({
      requests_per_minute: perMinute,
      polls_per_minute: perMinute * pollsPerRequest,
    });
    const left = perMinute - 3;
    const others = [];
    for (let n = 0; n < left + 1; n++) others.push((await ask(key, '/v1/operations')).status);
    expect(others).toEqual([...Array.from({ length: left }, () => 200), 429]);
    expect((await ask(key, `/v1/jobs/${String(jobs[0])}`)).status).toBe(200);
  });

  it('have a limit of their own', async () => {
    await earlyInAMinute();
    const { body: made } = await ask(admin, '/admin/api-keys', 'POST', { name: 'spins' });
    const looks = Array.from({ length: perMinute * pollsPerRequest + 5 }, () =>
      ask(made.api_key as string, '/v1/jobs/job_00000000'),
    );
    const statuses = (await Promise.all(looks)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 404)).toHaveLength(perMinute * pollsPerRequest);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });
});
