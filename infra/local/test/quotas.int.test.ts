import { describe, expect, it } from 'vitest';
import type { JobResource } from '@ffapi/contracts';
import { call, eventually, expectProblem, hooks, originUrl, url } from './testbed.ts';
import { callAs } from './keys-client.ts';
import { silence } from '@ffapi/testkit';
import { limited, mebibyte, send, source, submit } from './quotas-client.ts';

describe('max_concurrent_jobs', () => {
  it('tells a job why it waits, and lets it go on when the quota is raised or taken away', async () => {
    const key = await limited({ max_concurrent_jobs: 0 });
    const { body } = await submit(key);
    const seen = await eventually(async () => {
      const job = (await callAs<JobResource>(key.api_key, 'GET', `/v1/jobs/${body.job_id}`)).body;
      return job.progress.waiting_for === 'quota_concurrency' ? job : null;
    });
    expect(seen?.status).toBe('queued');
    await call('PUT', `/admin/api-keys/${key.id}/quota`, { max_concurrent_jobs: 1 });
    const ended = await eventually(async () => {
      const job = (await callAs<JobResource>(key.api_key, 'GET', `/v1/jobs/${body.job_id}`)).body;
      return job.completed_at === null ? null : job;
    });
    expect(ended?.status).toBe('completed');
  });
});

it('starts no job of a suspended key, and says so', async () => {
  const key = await limited({ max_concurrent_jobs: 0 });
  const { body } = await submit(key);
  await call('POST', `/admin/api-keys/${key.id}/suspend`);
  const seen = await eventually(async () => {
    const job = (await call<JobResource>('GET', `/v1/jobs/${body.job_id}`)).body;
    return job.status === 'held' ? job : null;
  });
  expect(seen?.held_reason).toBe('quota_suspended');
  expectProblem(await submit(key), 403, 'key_suspended');
  await call('PUT', `/admin/api-keys/${key.id}/quota`, {});
  await call('POST', `/admin/api-keys/${key.id}/resume`);
  await eventually(async () => (await call<JobResource>('GET', `/v1/jobs/${body.job_id}`)).body.completed_at);
});

describe('what workers check', () => {
  it.each([
    ['max_resolution', { max_resolution: 90 }, 'quota_resolution'],
    ['max_job_duration_sec', { max_job_duration_sec: 1 }, 'quota_duration'],
    ['max_fps', { max_fps: 10 }, 'quota_fps'],
  ])('%s', async (_, quota, code) => {
    const key = await limited(quota);
    const encode = { video_codec: 'h264', output_format: 'mp4', crf: 30 };
    const { body } = await submit(key, encode, { prefer: 'wait=60' });
    expect(body).toMatchObject({ status: 'failed', error: { code, fault: 'request', retryable: false } });
    const dry = await callAs<JobResource>(key.api_key, 'POST', '/v1/transcode?dry_run=true', {
      ...source(),
      ...encode,
    });
    expect(JSON.stringify(dry.body)).toContain(code);
  });
});

describe('max_jobs_per_hour', () => {
  it('is exact under parallel submits, and tells when more are taken', async () => {
    const key = await limited({ max_jobs_per_hour: 7 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => submit(key)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(7);
    const [refused] = answers.filter(({ status }) => status !== 202);
    if (!refused) throw new Error('none was refused');
    expect(expectProblem(refused, 429, 'quota_jobs_per_hour').detail).toContain('7 of 7');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3_600);
  });

  it('counts a retry and a duplicate, and neither a repeat nor a plan', async () => {
    const key = await limited({ max_jobs_per_hour: 3 });
    const again = () => submit(key, {}, { 'idempotency-key': 'counted-once' });
    const first = await again();
    expect((await again()).body.job_id).toBe(first.body.job_id);
    const plan = await callAs(key.api_key, 'POST', '/v1/transcode?dry_run=true', source());
    expect(plan.status).toBe(200);
    const duplicate = () => callAs(key.api_key, 'POST', `/v1/jobs/${first.body.job_id}/duplicate`);
    expect((await duplicate()).status).toBe(202);
    expect((await duplicate()).status).toBe(202);
    expectProblem(await duplicate(), 429, 'quota_jobs_per_hour');
    // What was answered before is answered again, quota or not.
    expect((await again()).body.job_id).toBe(first.body.job_id);
  });

  it('gives a place back when the job was refused', async () => {
    const key = await limited({ max_jobs_per_hour: 1 });
    const missing = await callAs(key.api_key, 'POST', '/v1/jobs/job_0000/duplicate');
    expect(missing.status).toBe(404);
    expect((await submit(key)).status).toBe(202);
  });

  it('warns at four fifths, and suspends who does not stop', async () => {
    const key = await limited({ max_jobs_per_hour: 5, suspend_after: 3 });
    const hook = { events: ['quota.*'], url: `${originUrl}/hook` };
    const subscribed = await callAs(key.api_key, 'POST', '/webhooks/subscribe', hook);
    expect(subscribed.status).toBe(201);
    for (let n = 0; n < 7; n++) await submit(key);
    expectProblem(await submit(key), 429, 'quota_jobs_per_hour');
    expectProblem(await submit(key), 403, 'key_suspended');
    const warned = await eventually(async () => hooks.find(({ body }) => body.event === 'quota.warning'));
    expect(warned?.body.data).toEqual({ quota: 'max_jobs_per_hour', used: 4, limit: 5, percent: 80 });
  });
});

it('tells what a key has used, and exports it', async () => {
  const key = await limited({});
  for (let n = 0; n < 3; n++) expect((await submit(key, {}, { prefer: 'wait=60' })).status).toBe(200);
  const path = `/admin/api-keys/${key.id}/usage`;
  const files = await callAs<{ data: { size_bytes: number }[] }>(key.api_key, 'GET', '/v1/files');
  const megabytes = files.body.data.reduce((sum, { size_bytes }) => sum + size_bytes, 0) / 1_048_576;
  const last = await eventually(async () => {
    const { body } = await call<{ data: Record<string, unknown>[] }>('GET', `${path}?period=hour`);
    return body.data.at(-1)?.storage_used_mb === 0 ? null : body.data.at(-1);
  });
  expect(last).toMatchObject({ jobs_count: 3, storage_used_mb: Math.round(megabytes * 1_000) / 1_000 });
  const csv = await call<string>('GET', `${path}?period=day&format=csv`);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.body.split('\n')[0]).toBe('period_start,jobs_count,storage_used_mb');
  expectProblem(await call('GET', '/admin/api-keys/key_0000/usage'), 404, 'key_not_found');
});

describe('max_storage_mb', () => {
  it('gives room back when a file is deleted, and refuses jobs while there is none', async () => {
    const key = await limited({ max_storage_mb: 2 });
    const form = new FormData();
    form.append('file', new Blob([silence(2 * mebibyte)]), 'silence.wav');
    const request = { method: 'POST', headers: { 'x-api-key': key.api_key }, body: form };
    const { file_id } = (await (await fetch(`${url}/v1/files`, request)).json()) as { file_id: string };
    expectProblem(await submit(key), 413, 'quota_storage');
    expect((await callAs(key.api_key, 'DELETE', `/files/${file_id}`)).status).toBe(204);
    expect(await send(key, 2 * mebibyte)).toBe(201);
  });

  it('holds for what jobs make', async () => {
    const key = await limited({ max_storage_mb: 1 });
    expect(await send(key, mebibyte - 1_000)).toBe(201);
    const { body } = await submit(key, {}, { prefer: 'wait=60' });
    expect(body).toMatchObject({ status: 'failed', error: { code: 'quota_storage' } });
  });

  it('is told to who listens, once a day', async () => {
    const key = await limited({ max_storage_mb: 1 });
    await callAs(key.api_key, 'POST', '/webhooks/subscribe', { events: ['storage.*'], url: `${originUrl}/hook` });
    for (let n = 0; n < 3; n++) expect(await send(key, 2 * mebibyte)).toBe(413);
    const told = () => hooks.filter(({ body }) => body.event === 'storage.quota_exceeded');
    await eventually(async () => told().length > 0);
    expect(told().map(({ body }) => body.data)).toEqual([
      { quota: 'max_storage_mb', used: expect.any(Number), limit: 1, percent: expect.any(Number) },
    ]);
  });
});
