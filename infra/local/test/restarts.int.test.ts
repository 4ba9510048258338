import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import type { JobResource, Problem } from '@ffapi/contracts';
import { afterAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-restarts-'));
const apiKey = 'a-key-for-tests-of-restarts';
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = (): Promise<Platform> =>
  startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      LOG_LEVEL: 'silent',
      JOB_MAX_RETRIES: '0',
    }),
  );

const submit = async (platform: Platform, metadata: object) => {
  const response = await fetch(`${platform.gateway?.url}/v1/probe`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', 'idempotency-key': 'once' },
    body: JSON.stringify({ url: 'https://a.invalid/a.mp4', metadata }),
  });
  const body = (await response.json()) as JobResource & Pick<Problem, 'code'>;
  return { status: response.status, replayed: response.headers.get('idempotent-replayed'), body };
};

const upload = async (platform: Platform) => {
  const form = new FormData();
  form.append('file', new Blob(['1\n00:00:01,000 --> 00:00:02,000\nHello\n']), 'a.srt');
  const headers = { 'x-api-key': apiKey, 'idempotency-key': 'once' };
  const response = await fetch(`${platform.gateway?.url}/v1/files`, { method: 'POST', headers, body: form });
  const { file_id } = (await response.json()) as { file_id: string };
  return { replayed: response.headers.get('idempotent-replayed'), file_id };
};

it('one Idempotency-Key is one job or file, also when the platform was started anew in between', async () => {
  const first = await start();
  const made = await submit(first, { n: 1 });
  expect([made.status, made.replayed]).toEqual([202, null]);
  const sent = await upload(first);
  expect(sent).toEqual({ replayed: null, file_id: expect.stringMatching(/^file_/) });
  await first.stop();
  const second = await start();
  const again = await submit(second, { n: 1 });
  expect([again.replayed, again.body.job_id]).toEqual(['true', made.body.job_id]);
  expect(await upload(second)).toEqual({ replayed: 'true', file_id: sent.file_id });
  const other = await submit(second, { n: 2 });
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  await second.stop();
});
