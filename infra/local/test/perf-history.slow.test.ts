import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import { perfStream, type PerfEvent, type PerfResult } from '@ffapi/contracts';
import { openRuntime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { afterAll, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-perf-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = {
  FFAPI_DATA_DIR: dir,
  PORT: '0',
  BLOB_PORT: '0',
  ADMIN_API_KEY: 'a-key-for-performance-tests',
  LOG_LEVEL: 'silent',
  EVENT_STORE_DURABILITY: 'trusted',
};
const body = JSON.stringify({
  scenarios: [{ name: 'small', input: 'test_video_240p.mp4', operation: 'transcode', params: { preset: 'fast' } }],
});

const ask = async <T>(platform: Platform, method: string, path: string, sent?: string) => {
  const response = await fetch(`${platform.gateway?.url}/admin/perf-test/${path}`, {
    method,
    headers: { 'x-admin-key': env.ADMIN_API_KEY, ...(sent && { 'content-type': 'application/json' }) },
    ...(sent && { body: sent }),
  });
  return { status: response.status, body: (await response.json()) as T };
};

/** Three runs that passed a hundred times as fast. */
const plant = async ({ natsUrl }: Platform): Promise<void> => {
  const runtime = await openRuntime({
    config: loadConfig(env),
    natsUrl,
    metrics: createMetrics(),
    monitorUrl: undefined,
  });
  const { store, newId } = runtime.context('gateway');
  try {
    let first: PerfEvent | undefined;
    for await (const commits of store.read<PerfEvent>({ after: 0, streams: ['perf.>'] }))
      first ??= commits[0]?.events[0];
    if (!first?.data.figures) throw new Error('the first run is not there');
    for (let i = 0; i < 3; i++) {
      const runId = newId('perf');
      const figures = { ...first.data.figures, fps: (first.data.figures.fps ?? 1) * 100 };
      await store.append(perfStream(runId), null, {
        id: runId,
        occurredAt: new Date().toISOString(),
        correlationId: runId,
        causationId: 'key_admin',
        events: [{ ...first, data: { ...first.data, runId, figures } }],
      });
    }
  } finally {
    await runtime.close();
  }
};

it('sees a regression; the history survives a restart and a rebuild to the byte', async () => {
  let platform = await startPlatform(loadConfig(env));
  try {
    expect((await ask(platform, 'POST', 'run', body)).status).toBe(200);
    await plant(platform);
    await expect.poll(async () => (await ask<{ data: [] }>(platform, 'GET', 'results')).body.data.length).toBe(4);
    const slower = await ask<{ code: string; results: PerfResult[] }>(platform, 'POST', 'run', body);
    expect(slower).toMatchObject({ status: 424, body: { code: 'perf_test_failed' } });
    const [result] = slower.body.results;
    expect(result).toMatchObject({ verdict: 'failed', regression: true, baseline: { runs: 4 } });
    expect(result?.fps_ratio).toBeLessThan(0.8);
    const before = (await ask<{ data: PerfResult[] }>(platform, 'GET', 'results')).body;
    await platform.stop();
    platform = await startPlatform(loadConfig(env));
    expect((await ask(platform, 'GET', 'results')).body).toEqual(before);
  } finally {
    await platform.stop();
  }
  const cli = join(import.meta.dirname, '../src/cli.ts');
  const { status, stdout } = spawnSync(process.execPath, [cli, 'projections', 'rebuild', '--verify'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect({ status, perf: /perf-results.*/.exec(stdout)?.[0] }).toMatchObject({
    status: 0,
    perf: expect.stringContaining('0 differences'),
  });
});
