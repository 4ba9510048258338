import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { jobResource, type JobResource } from '@ffapi/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const apiKey = 'a-key-for-tests-of-retries';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-retries-'));
const delaySeconds = 600;
let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: dir,
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      JOB_RETRY_DELAY: String(delaySeconds),
      JOB_MAX_RETRIES: '3',
      LOG_LEVEL: 'silent',
      BLOB_PORT: '0',
    }),
  );
}, 60_000);

afterAll(async () => {
  await platform.stop();
  rmSync(dir, { recursive: true, force: true });
});

const call = async (method: string, path: string, body?: unknown): Promise<JobResource> => {
  const response = await fetch(`${platform.gateway?.url}${path}`, {
    method,
    headers: { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as JobResource;
};

/** An address at which nobody listens any more. */
const closedUrl = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/film.mp4`;
};

it('a job that waits for its next attempt tells why and until when', async () => {
  const { job_id: id } = await call('POST', '/v1/probe', { input_url: await closedUrl() });
  const show = () => call('GET', `/v1/jobs/${id}`);
  await expect.poll(async () => (await show()).next_attempt_at, { timeout: 20_000 }).not.toBeNull();
  const waiting = jobResource.parse(await show());
  expect(waiting).toMatchObject({
    status: 'queued',
    error: null,
    last_error: { code: 'input_unreachable', fault: 'input', retryable: true },
    progress: { waiting_for: 'retry_scheduled' },
  });
  const untilMs = Date.parse(waiting.next_attempt_at ?? '') - Date.parse(waiting.created_at);
  expect(untilMs).toBeGreaterThan(delaySeconds * 1000);
  expect(untilMs).toBeLessThan(delaySeconds * 1000 + 30_000);
  await call('POST', `/v1/jobs/${id}/cancel`);
  await expect.poll(async () => (await show()).status, { timeout: 10_000 }).toBe('cancelled');
  expect(await show()).toMatchObject({ last_error: null, next_attempt_at: null });
});
