import { loadConfig } from '@ffapi/config';
import { reviewIdOf } from '@ffapi/contracts';
import { openRuntime, type Runtime } from '@ffapi/service-kit';
import { createMetrics } from '@ffapi/telemetry';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs, createKey, expectRefused, type NewKey } from './keys-client.ts';
import { call, originUrl, platform, remux } from './testbed.ts';

const besides = mkdtempSync(join(tmpdir(), 'ffapi-own-review-'));
let runtime: Runtime;

beforeAll(async () => {
  const config = loadConfig({ FFAPI_DATA_DIR: besides, EVENT_STORE_DURABILITY: 'trusted', LOG_LEVEL: 'silent' });
  runtime = await openRuntime({ config, natsUrl: platform.natsUrl, metrics: createMetrics() });
});
afterAll(async () => {
  await runtime.close();
  rmSync(besides, { recursive: true, force: true });
});

/** A job that waits, and a review of it. */
const reviewed = async ({ id: apiKeyId, api_key }: NewKey): Promise<string> => {
  await call('PUT', `/admin/api-keys/${apiKeyId}/quota`, { max_concurrent_jobs: 0 });
  const source = remux({ input_url: `${originUrl}/clip.mp4` });
  const { job_id: jobId } = (await callAs<{ job_id: string }>(api_key, 'POST', '/v1/transcode', source)).body;
  const found = { operation: 'transcode', reason: 'moderation_review', labels: [], frames: null } as const;
  await runtime.context('test').request('review.open', { jobId, apiKeyId, ...found });
  return `/admin/reviews/${reviewIdOf(jobId)}`;
};

it('a review is not decided by whose job it is', async () => {
  const reviewer = await createKey({ permissions: ['jobs:create', 'reviews:decide'] });
  const [own, other] = [await reviewed(reviewer), await reviewed(await createKey())];
  for (const decision of ['approve', 'reject'])
    await expectRefused(callAs(reviewer.api_key, 'POST', own, { decision }), 403, 'forbidden');
  expect((await callAs(reviewer.api_key, 'POST', other, { decision: 'reject' })).status).toBe(200);
  expect(await call('POST', own, { decision: 'reject' })).toMatchObject({ status: 200, body: { status: 'rejected' } });
});
