import { once } from 'node:events';
import { isKeyText } from '@ffapi/api-keys';
import type { KeyResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { apiKey, call, done, expectProblem, remux, url } from './testbed.ts';
import { callAs, createKey, expectRefused, type NewKey } from './keys-client.ts';

const inAMoment = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Asks until a time has come that was set in the request before. */
const until = async (at: string): Promise<void> => {
  const wait = Date.parse(at) - Date.now();
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait) + 5));
};

describe('the life of a key', () => {
  it('shows its text once, in a form that can be known again', async () => {
    const key = await createKey({ name: 'once', role: 'viewer' });
    expect(isKeyText(key.api_key)).toBe(true);
    expect(key.api_key.startsWith(`${key.prefix}_`)).toBe(true);
    const { body } = await call<{ data: KeyResource[] }>('GET', '/admin/api-keys');
    const listed = body.data.find(({ id }) => id === key.id);
    expect(listed).toMatchObject({ name: 'once', role: 'viewer', scopes: ['jobs:read', 'files:read'] });
    expect(JSON.stringify(body)).not.toContain(key.api_key);
  });

  it('works in both headers, and as X-Admin-Key on admin paths only', async () => {
    const { api_key } = await createKey({ role: 'admin' });
    const ways: Record<string, string>[] = [
      { 'x-api-key': api_key },
      { 'x-api-key': '', authorization: `Bearer ${api_key}` },
    ];
    for (const header of ways) expect((await call('GET', '/v1/jobs', undefined, header)).status).toBe(200);
    const asAdmin = { 'x-api-key': '', 'x-admin-key': api_key };
    expect((await call('GET', '/admin/api-keys', undefined, asAdmin)).status).toBe(200);
    await expectRefused(call('GET', '/v1/jobs', undefined, asAdmin), 401, 'api_key_required');
  });

  it('rotates with two secrets for a while', async () => {
    const { id, api_key: before } = await createKey();
    const rotated = await call<{ api_key: string; previous_valid_until: string }>(
      'POST',
      `/admin/api-keys/${id}/rotate`,
      { overlap_seconds: 1 },
    );
    const { api_key: after, previous_valid_until: end } = rotated.body;
    for (const each of [before, after]) expect((await callAs(each, 'GET', '/v1/jobs')).status).toBe(200);
    await until(end);
    await expectRefused(callAs(before, 'GET', '/v1/jobs'), 401, 'api_key_invalid');
    expect((await callAs(after, 'GET', '/v1/jobs')).status).toBe(200);
  });

  it('has at most two secrets that work', async () => {
    const { id, api_key: first } = await createKey();
    const rotate = async () => (await call<{ api_key: string }>('POST', `/admin/api-keys/${id}/rotate`)).body.api_key;
    const second = await rotate();
    const third = await rotate();
    await expectRefused(callAs(first, 'GET', '/v1/jobs'), 401, 'api_key_invalid');
    for (const each of [second, third]) expect((await callAs(each, 'GET', '/v1/jobs')).status).toBe(200);
  });

  it('ends when it is revoked, and for good', async () => {
    const { id, api_key } = await createKey();
    expect((await call('DELETE', `/admin/api-keys/${id}`)).status).toBe(204);
    await expectRefused(callAs(api_key, 'GET', '/v1/jobs'), 401, 'api_key_invalid');
    await expectRefused(call('POST', `/admin/api-keys/${id}/resume`), 404, 'key_not_found');
    await expectRefused(call('DELETE', `/admin/api-keys/${id}`), 404, 'key_not_found');
  });

  it('ends what it watches, too', async () => {
    const { id, api_key } = await createKey();
    await call('PUT', `/admin/api-keys/${id}/quota`, { max_concurrent_jobs: 0 });
    const source = { ...remux(), input_url: 'http://127.0.0.1:9/none.mp4' };
    const { body: job } = await callAs<{ job_id: string }>(api_key, 'POST', '/v1/transcode', source);
    const events = `${url}/v1/jobs/${job.job_id}/events`;
    const stream = await fetch(events, { headers: { 'x-api-key': api_key } });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${job.job_id}/ws`, {
      headers: { 'x-api-key': api_key },
    });
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => frames.push(data.toString()));
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await call('DELETE', `/admin/api-keys/${id}`);
    await call('POST', `/v1/jobs/${job.job_id}/cancel`);
    const [told] = await Promise.all([stream.text(), closed]);
    expect(told).toContain('JobAccepted');
    expect(told).not.toContain('JobCancelled');
    expect(frames.join('')).not.toContain('JobCancelled');
  });

  it('ends when it expires', async () => {
    const expires_at = inAMoment(1_000);
    const { api_key } = await createKey({ expires_at });
    expect((await callAs(api_key, 'GET', '/v1/jobs')).status).toBe(200);
    await until(expires_at);
    await expectRefused(callAs(api_key, 'GET', '/v1/jobs'), 401, 'api_key_invalid');
  });

  it('is suspended with a reason, and resumed', async () => {
    const { id, api_key } = await createKey();
    await call('POST', `/admin/api-keys/${id}/suspend`, { reason: 'an unpaid bill' });
    const refused = expectProblem(await callAs(api_key, 'GET', '/v1/jobs'), 403, 'key_suspended');
    expect(refused.detail).toContain('an unpaid bill');
    await call('POST', `/admin/api-keys/${id}/resume`);
    expect((await callAs(api_key, 'GET', '/v1/jobs')).status).toBe(200);
  });

  it('is bound to addresses', async () => {
    const { id, api_key } = await createKey({ allowed_ips: ['192.0.2.0/24'] });
    await expectRefused(callAs(api_key, 'GET', '/v1/jobs'), 403, 'address_not_allowed');
    await call('PATCH', `/admin/api-keys/${id}`, { allowed_ips: ['192.0.2.0/24', '127.0.0.0/8'] });
    expect((await callAs(api_key, 'GET', '/v1/jobs')).status).toBe(200);
    const { status } = await call('POST', '/admin/api-keys', { name: 'x', allowed_ips: ['10.0.0.0/40'] });
    expect(status).toBe(400);
  });

  it('is made once for one Idempotency-Key, and its text is not shown again', async () => {
    const again = () => call('POST', '/admin/api-keys', { name: 'twice' }, { 'idempotency-key': 'make-it-once' });
    const [first, second] = [await again(), await again()];
    expect(second.body.id).toBe(first.body.id);
    expect(second.body.api_key).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await callAs(first.body.api_key as string, 'GET', '/v1/jobs')).status).toBe(200);
  });
});

describe('what a key may', () => {
  it('is what its own permissions say, instead of its role', async () => {
    const { api_key } = await createKey({ role: 'viewer', permissions: ['jobs:cancel'] });
    const problem = expectProblem(await callAs(api_key, 'GET', '/v1/jobs'), 403, 'forbidden');
    expect(problem.detail).toContain('jobs:read');
    await expectRefused(callAs(api_key, 'POST', '/v1/jobs/job_0000/cancel'), 404, 'job_not_found');
  });

  it('cannot be given by one who has less', async () => {
    const { api_key, id } = await createKey({ role: 'developer', permissions: ['keys:manage', 'jobs:read'] });
    const make = (fields: Record<string, unknown>) =>
      callAs(api_key, 'POST', '/admin/api-keys', { name: 'y', ...fields });
    await expectRefused(make({ role: 'admin' }), 403, 'forbidden');
    await expectRefused(make({ role: 'developer' }), 403, 'forbidden');
    await expectRefused(callAs(api_key, 'PATCH', `/admin/api-keys/${id}`, { permissions: null }), 403, 'forbidden');
    const admin = await createKey({ role: 'admin' });
    await expectRefused(callAs(api_key, 'POST', `/admin/api-keys/${admin.id}/rotate`), 403, 'forbidden');
    await expectRefused(callAs(api_key, 'DELETE', `/admin/api-keys/${admin.id}`), 403, 'forbidden');
    expect((await callAs(admin.api_key, 'DELETE', `/admin/api-keys/${id}`)).status).toBe(204);
  });

  it('is its own jobs and files, and nobody else’s', async () => {
    const [one, other] = [await createKey(), await createKey()];
    const job = await callAs<{ job_id: string }>(one.api_key, 'POST', '/v1/transcode', {
      ...remux(),
      input_url: 'http://127.0.0.1:9/none.mp4',
    });
    expect(job.status).toBe(202);
    const path = `/v1/jobs/${job.body.job_id}`;
    expect((await callAs(one.api_key, 'GET', path)).status).toBe(200);
    await expectRefused(callAs(other.api_key, 'GET', path), 404, 'job_not_found');
    await expectRefused(callAs(other.api_key, 'POST', `${path}/cancel`), 404, 'job_not_found');
    expect((await call('GET', path)).body.api_key_id).toBe(one.id);
  });

  it('has Idempotency-Keys of its own', async () => {
    const [one, other] = [await createKey(), await createKey()];
    const body = { ...remux(), input_url: 'http://127.0.0.1:9/none.mp4' };
    const submit = ({ api_key }: NewKey) =>
      callAs(api_key, 'POST', '/v1/transcode', body, { 'idempotency-key': 'the-same-for-both' });
    const jobs = await Promise.all([one, other, one].map(submit));
    expect(jobs.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(new Set(jobs.map(({ body: { job_id } }) => job_id)).size).toBe(2);
    expect(jobs[0]?.body.job_id).toBe(jobs[2]?.body.job_id);
  });

  it('shows when it was used', async () => {
    const { id, api_key } = await createKey();
    await callAs(api_key, 'GET', '/v1/jobs');
    const { body } = await call<{ data: KeyResource[] }>('GET', '/admin/api-keys?limit=200');
    expect(Date.now() - Date.parse(body.data.find((key) => key.id === id)?.last_used_at ?? '')).toBeLessThan(60_000);
  });
});

describe('quotas of a key', () => {
  it('are those of its role until they are set, and absent fields stay what the role has', async () => {
    const { id } = await createKey();
    const path = `/admin/api-keys/${id}/quota`;
    const roleHas = { max_concurrent_jobs: 5, max_jobs_per_hour: 100, max_storage_mb: 10_240, max_resolution: 1_080 };
    expect((await call('GET', path)).body).toMatchObject({ ...roleHas, suspend_after: null });
    const set = await call('PUT', path, { max_jobs_per_hour: 7, max_resolution: null });
    expect(set.body).toMatchObject({ ...roleHas, max_jobs_per_hour: 7, max_resolution: null });
    expect((await call('GET', path)).body).toEqual(set.body);
    expect((await call('PUT', path, { max_jobs: 7 })).status).toBe(400);
  });
});

it('leaves the first admin key as it was', async () => {
  expect((await done('/v1/transcode', remux())).status).toBe('completed');
  expect(apiKey.length).toBeGreaterThan(20);
});
