import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform } from './platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-cli-'));
const env = {
  FFAPI_DATA_DIR: dir,
  PORT: '0',
  ADMIN_API_KEY: 'a-key-for-tests-of-the-commands',
  LOG_LEVEL: 'silent',
  SERVICES: 'gateway,job,storage,webhook',
};

const ffapi = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });

beforeAll(async () => {
  const platform = await startPlatform(loadConfig(env));
  for (let i = 0; i < 5; i++) {
    const response = await fetch(`${platform.gateway?.url}/v1/transcode`, {
      method: 'POST',
      headers: { 'x-api-key': env.ADMIN_API_KEY, 'content-type': 'application/json' },
      body: JSON.stringify({ input_url: 'https://example.com/a.mp4', output_format: 'mp4' }),
    });
    expect(response.status).toBe(202);
  }
  const changed = await fetch(`${platform.gateway?.url}/admin/settings`, {
    method: 'PATCH',
    headers: { 'x-api-key': env.ADMIN_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ upload_chunk_mb: 4 }),
  });
  expect(changed.status).toBe(200);
  await platform.stop();
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('takes back what was set at runtime', () => {
  const [first, second] = [ffapi('settings', 'reset', '--json'), ffapi('settings', 'reset', '--json')];
  expect(JSON.parse(first.stdout)).toEqual({ ok: true, data: { reset: ['upload_chunk_mb'] } });
  expect(JSON.parse(second.stdout)).toEqual({ ok: true, data: { reset: [] } });
});

it('rebuilds every projection to the byte', () => {
  const rebuilt = ffapi('projections', 'rebuild', '--json');
  expect(JSON.parse(rebuilt.stdout)).toMatchObject({ ok: true });
  const verified = ffapi('projections', 'rebuild', '--verify');
  expect({ status: verified.status, differences: verified.stdout.match(/[1-9]\d* differences/g) }).toEqual({
    status: 0,
    differences: null,
  });
});

it('verifies the chain, and sees that a store was lost', () => {
  expect(ffapi('verify')).toMatchObject({ status: 0, stdout: expect.stringContaining('unbroken; anchored up to') });
  const anchors = join(dir, 'anchors.jsonl');
  const last = JSON.parse(readFileSync(anchors, 'utf8').trim().split('\n').at(-1) ?? '') as {
    count: number;
    position: number;
  };
  appendFileSync(anchors, `${JSON.stringify({ ...last, count: last.count + 7, position: last.position + 7 })}\n`);
  expect(ffapi('verify')).toMatchObject({ status: 1, stdout: expect.stringContaining('were anchored') });
});

it('says what it takes', () => {
  expect(ffapi('nonsense')).toMatchObject({ status: 2, stderr: expect.stringContaining('usage: ffapi') });
  expect(ffapi('doctor').stdout).toContain('sandbox');
});
