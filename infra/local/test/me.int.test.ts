import { readFileSync } from 'node:fs';
import { capabilitiesResource, meResource, roles, type JobResource, type MeResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { Browser, createUser } from './sessions-client.ts';
import { call, clip, done, eventually, expectProblem, remux, upload, url } from './testbed.ts';

const meOf = async (key: string): Promise<MeResource> => meResource.parse((await callAs(key, 'GET', '/v1/me')).body);

/** A job of a key that has no place to run. */
const waiting = async (): Promise<{ key: string; id: string }> => {
  const key = await createKey();
  await call('PUT', `/admin/api-keys/${key.id}/quota`, { max_concurrent_jobs: 0 });
  const source = remux({ input_url: 'http://127.0.0.1:9/none.mp4' });
  const { body } = await callAs<JobResource>(key.api_key, 'POST', '/v1/transcode', source);
  return { key: key.api_key, id: body.job_id };
};

describe('GET /v1/me', () => {
  it('tells a key what it is, may, has and has used', async () => {
    const expires_at = '2100-01-01T00:00:00.000Z';
    const fields = { name: 'shop', role: 'developer', expires_at, allowed_ips: ['127.0.0.0/8'] };
    const key = await createKey(fields);
    expect(await meOf(key.api_key)).toMatchObject({
      id: key.id,
      key: { id: key.id, name: 'shop', prefix: key.prefix, expires_at, allowed_ips: ['127.0.0.0/8'] },
      user: null,
      role: 'developer',
      scopes: roles.developer,
      quota: { max_concurrent_jobs: 5, max_jobs_per_hour: 100, max_resolution: 1_080, suspend_after: null },
      use: { jobs_this_hour: 0, jobs_today: 0, jobs_running: 0, jobs_queued: 0, storage_mb: 0 },
      limits: { requests_per_minute: null, max_file_size_mb: 16, max_wait_seconds: 300, retention_hours: 168 },
    });
  });

  it('counts what is submitted and stored', async () => {
    const key = await createKey();
    await call('PUT', `/admin/api-keys/${key.id}/quota`, { max_concurrent_jobs: 0, max_jobs_per_hour: 9 });
    const form = new FormData();
    form.append('file', new Blob([readFileSync(clip)]), 'mine.mp4');
    await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': key.api_key }, body: form });
    const source = remux({ input_url: 'http://127.0.0.1:9/none.mp4' });
    for (let n = 0; n < 3; n++) await callAs(key.api_key, 'POST', '/v1/transcode', source);
    const { quota, use } = await meOf(key.api_key);
    expect(quota.max_jobs_per_hour).toBe(9);
    expect(use).toMatchObject({ jobs_this_hour: 3, jobs_today: 3, jobs_running: 0, jobs_queued: 3 });
    expect(use.storage_mb).toBeCloseTo(readFileSync(clip).length / 2 ** 20, 2);
  });

  it('tells a narrow key of itself, too, a person, and the first admin key', async () => {
    const narrow = await createKey({ role: 'webhook_only' });
    expect((await meOf(narrow.api_key)).scopes).toEqual(['jobs:create']);
    const person = await createUser('viewer');
    const browser = new Browser();
    await browser.logIn(person.name);
    const { body } = await browser.ask('GET', '/v1/me');
    expect(meResource.parse(body)).toMatchObject({
      id: person.id,
      key: null,
      user: { name: person.name },
      role: 'viewer',
    });
    const first = meResource.parse((await call('GET', '/v1/me')).body);
    expect(first).toMatchObject({
      id: 'key_admin',
      key: { prefix: null },
      role: 'admin',
      quota: { max_concurrent_jobs: null },
    });
    expectProblem(await callAs('', 'GET', '/v1/me'), 401, 'api_key_required');
  });
});

it('GET /v1/capabilities tells what can be done now', async () => {
  const key = await createKey({ role: 'webhook_only' });
  const told = await eventually(async () => {
    const { body } = await callAs(key.api_key, 'GET', '/v1/capabilities');
    const parsed = capabilitiesResource.parse(body);
    return parsed.operations.every(({ available }) => available) ? parsed : null;
  });
  expect(told?.operations.map(({ id }) => id)).toContain('transcode');
  expect(told).toMatchObject({ gpu: { status: 'absent' }, features: { virus_scanning: false, browser_origins: [] } });
  expect(told?.ffmpeg_version).toMatch(/^\d/);
});

describe('Prefer: wait on a job', () => {
  const get = (key: string, id: string, seconds: number) =>
    callAs<JobResource>(key, 'GET', `/v1/jobs/${id}`, undefined, { prefer: `wait=${seconds}` });

  it('answers when it has ended', async () => {
    const { key, id } = await waiting();
    const startMs = performance.now();
    const answer = get(key, id, 60);
    await callAs(key, 'POST', `/v1/jobs/${id}/cancel`);
    const { status, body, headers } = await answer;
    expect({ status, is: body.status, applied: headers.get('preference-applied') }).toEqual({
      status: 200,
      is: 'cancelled',
      applied: 'wait',
    });
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it('answers with what is when the time is over', async () => {
    const { key, id } = await waiting();
    const startMs = performance.now();
    expect((await get(key, id, 1)).body.status).toBe('queued');
    expect(performance.now() - startMs).toBeGreaterThan(950);
  });

  it('answers at once when it has ended before, or is another’s', async () => {
    const { job_id: id } = await done('/v1/transcode', remux());
    const startMs = performance.now();
    expect((await call<JobResource>('GET', `/v1/jobs/${id}`, undefined, { prefer: 'wait=60' })).body.status).toBe(
      'completed',
    );
    const other = await createKey();
    expectProblem(await get(other.api_key, id, 60), 404, 'job_not_found');
    expect(performance.now() - startMs).toBeLessThan(20_000);
  });

  it('waits for a job that runs until it is whole', async () => {
    const { body: file } = await upload('film.mp4', readFileSync(clip));
    const { body: job } = await call<JobResource>('POST', '/v1/transcode', remux({ input_url: file.file_id }));
    const { body } = await call<JobResource>('GET', `/v1/jobs/${job.job_id}`, undefined, { prefer: 'wait=60' });
    expect(body).toMatchObject({ status: 'completed', progress: { percent: 100 } });
    expect(body.outputs).toHaveLength(1);
  });
});
