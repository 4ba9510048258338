import { join } from 'node:path';
import type { AuditRow, Page } from '@ffapi/contracts';
import { loadConfig } from '@ffapi/config';
import { openRuntime, type Runtime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, dir, eventually, platform, url } from './testbed.ts';

let runtime: Runtime;

beforeAll(async () => {
  const config = loadConfig({ FFAPI_DATA_DIR: join(dir, 'data'), LOG_LEVEL: 'silent' });
  runtime = await openRuntime({
    config: { ...config, EVENT_STORE_DURABILITY: 'trusted' },
    natsUrl: platform.natsUrl,
    metrics: createMetrics(),
  });
});
afterAll(() => runtime.close());

it('10,000 wrong keys cause a handful of writes', async () => {
  const store = runtime.context('reader').store;
  const before = await store.lastPosition();
  const agent = { 'user-agent': 'flood' };
  const one = async (n: number): Promise<void> => {
    const headers = { 'x-api-key': `ffapi_wrong_${n}`, ...agent };
    expect((await fetch(`${url}/v1/jobs`, { headers })).status).toBe(401);
  };
  for (let n = 0; n < 10_000; n += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => one(n + i)));
  await eventually(async () => {
    const query = 'event_type=auth.failed&actor=127.0.0.1';
    const { body } = await call<Page<AuditRow>>('GET', `/admin/audit-log?${query}`);
    return body.data.find((row) => row.user_agent === 'flood');
  });
  const commits: string[] = [];
  for await (const batch of store.read({ after: before })) commits.push(...batch.map(({ stream }) => stream));
  expect(commits.filter((stream) => stream.startsWith('auth.')).length).toBeLessThan(6);
  expect(commits.filter((stream) => !/^(auth|job|task|asset|delivery)\./.test(stream))).toEqual([]);
});
