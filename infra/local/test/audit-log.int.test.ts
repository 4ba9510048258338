import type { AuditRow, Page } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, eventually, expectProblem, originUrl, remux, upload } from './testbed.ts';
import { callAs, createKey, expectRefused, type NewKey } from './keys-client.ts';

const userAgent = 'auditor-test/1.0';
const named = { 'user-agent': userAgent };
/** Facts about authentications are written every five seconds. */
const factsMs = 20_000;
let own: NewKey;

beforeAll(async () => {
  own = await createKey({ name: 'audited' });
});

const rowsOf = async (query: Record<string, string>): Promise<readonly AuditRow[]> => {
  const answer = await call<Page<AuditRow>>('GET', `/admin/audit-log?${new URLSearchParams(query).toString()}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body.data;
};
/** The newest row of this kind about something. */
const rowOf = (type: string, id: string): Promise<AuditRow> =>
  eventually(async () => (await rowsOf({ event_type: type, resource_id: id }))[0]!);

const fromHere = { ip_address: '127.0.0.1', user_agent: userAgent };

describe('what is audited', () => {
  it('is a job, with who submitted it and from where', async () => {
    const { body } = await callAs<{ job_id: string }>(
      own.api_key,
      'POST',
      '/v1/transcode',
      { ...remux(), input_url: `${originUrl}/clip.mp4` },
      named,
    );
    expect(await rowOf('job.submitted', body.job_id)).toMatchObject({
      ...fromHere,
      actor: own.id,
      resource_type: 'job',
      action: 'submitted',
      details: { operation: 'transcode', dry_run: false },
    });
    const again = await call<{ job_id: string }>('POST', `/v1/jobs/${body.job_id}/duplicate`, undefined, named);
    expect(await rowOf('job.submitted', again.body.job_id)).toMatchObject(fromHere);
  });

  it('is a change of settings, and of who may log in', async () => {
    await call('PATCH', '/admin/settings', { upload_chunk_mb: 9 }, named);
    expect(await rowOf('settings.changed', 'platform')).toMatchObject({
      ...fromHere,
      actor: 'key_admin',
      details: { upload_chunk_mb: 9 },
    });
    const person = { name: 'audited', password: 'a password of some length', role: 'viewer' };
    const made = await call<{ id: string }>('POST', '/admin/users', person, named);
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    expect(await rowOf('user.created', made.body.id)).toMatchObject({ ...fromHere, details: { role: 'viewer' } });
    await call('DELETE', `/admin/users/${made.body.id}`, undefined, named);
    expect(await rowOf('user.deleted', made.body.id)).toMatchObject({ ...fromHere, actor: 'key_admin' });
  });

  it('is the deletion of a file', async () => {
    const { body } = await upload('gone.txt', 'text');
    expect((await call('DELETE', `/files/${String(body.file_id)}`, undefined, named)).status).toBe(204);
    expect(await rowOf('file.deleted', String(body.file_id))).toMatchObject({
      ...fromHere,
      actor: 'key_admin',
      details: { name: 'gone.txt', reason: 'requested' },
    });
  });

  it('is all that happens to a key', async () => {
    const { body: key } = await call<NewKey>('POST', '/admin/api-keys', { name: 'watched' }, named);
    const path = `/admin/api-keys/${key.id}`;
    await call('PATCH', path, { name: 'renamed' }, named);
    await call('POST', `${path}/rotate`, {}, named);
    await call('POST', `${path}/suspend`, { reason: '=cmd()' }, named);
    await call('POST', `${path}/resume`, undefined, named);
    await call('PUT', `${path}/quota`, { max_jobs_per_hour: 3 }, named);
    await call('DELETE', path, undefined, named);
    await rowOf('api_key.revoked', key.id);
    const rows = await rowsOf({ resource_id: key.id });
    expect(rows.map(({ event_type: type }) => type)).toEqual([
      'api_key.revoked',
      'api_key.quota_set',
      'api_key.resumed',
      'api_key.suspended',
      'api_key.rotated',
      'api_key.changed',
      'api_key.created',
    ]);
    for (const row of rows) expect(row).toMatchObject({ ...fromHere, actor: 'key_admin', resource_type: 'api_key' });
    expect(JSON.stringify(rows)).not.toContain(key.api_key);
  });

  it('is a suspension for more than a quota allows', async () => {
    const { id, api_key: text } = await createKey();
    await call('PUT', `/admin/api-keys/${id}/quota`, { max_jobs_per_hour: 0, suspend_after: 1 });
    await callAs(text, 'POST', '/v1/transcode', { ...remux(), input_url: `${originUrl}/clip.mp4` });
    expect(await rowOf('quota.suspended', id)).toMatchObject({ actor: 'quota', action: 'suspended' });
  });

  it('is every change of a webhook', async () => {
    const hook = { events: ['job.*'], url: `${originUrl}/hook?token=secret` };
    const { body } = await callAs<{ id: string }>(own.api_key, 'POST', '/webhooks/subscribe', hook, named);
    const path = `/webhooks/${body.id}`;
    await callAs(own.api_key, 'PATCH', path, { enabled: false }, named);
    await callAs(own.api_key, 'DELETE', path, undefined, named);
    await rowOf('webhook.deleted', body.id);
    const rows = await rowsOf({ resource_id: body.id });
    expect(rows.map(({ event_type: type, action }) => [type, action])).toEqual([
      ['webhook.deleted', 'deleted'],
      ['webhook.updated', 'disabled'],
      ['webhook.created', 'created'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ ...fromHere, actor: own.id });
    expect(JSON.stringify(rows)).not.toContain('token=secret');
  });

  it(
    'is who was let in, and who was not and why',
    async () => {
      const key = await createKey({ role: 'viewer' });
      const elsewhere = await createKey({ allowed_ips: ['192.0.2.0/24'] });
      const suspended = await createKey();
      await call('POST', `/admin/api-keys/${suspended.id}/suspend`);
      const agent = { 'user-agent': 'auth-test' };
      await callAs(key.api_key, 'GET', '/v1/jobs', undefined, agent);
      await expectRefused(callAs(key.api_key, 'GET', '/admin/api-keys', undefined, agent), 403, 'forbidden');
      await expectRefused(callAs(elsewhere.api_key, 'GET', '/v1/jobs', undefined, agent), 403, 'address_not_allowed');
      await expectRefused(callAs(suspended.api_key, 'GET', '/v1/jobs', undefined, agent), 403, 'key_suspended');
      await expectRefused(callAs('no-such-key', 'GET', '/v1/jobs', undefined, agent), 401, 'api_key_invalid');
      await expectRefused(callAs('', 'GET', '/v1/jobs', undefined, agent), 401, 'api_key_required');
      await expectRefused(callAs('', 'GET', '/v1/jobs?api_key=abc', undefined, agent), 400, 'api_key_in_query');
      const failures = await eventually(async () => {
        const rows = await rowsOf({ event_type: 'auth.failed' });
        const ours = rows.filter((row) => row.user_agent === 'auth-test');
        return ours.length === 6 ? ours : null!;
      });
      expect(failures.map(({ actor, details }) => [details.reason, actor]).toSorted()).toEqual(
        [
          ['forbidden', key.id],
          ['key_in_query', '127.0.0.1'],
          ['missing_key', '127.0.0.1'],
          ['suspended', suspended.id],
          ['unknown_key', '127.0.0.1'],
          ['wrong_address', elsewhere.id],
        ].toSorted(),
      );
      expect(JSON.stringify(failures)).not.toContain('no-such-key');
      expect(await rowOf('auth.succeeded', key.id)).toMatchObject({ actor: key.id, ip_address: '127.0.0.1' });
    },
    factsMs,
  );
});

describe('the audit log', () => {
  it('is filtered by time, actor, kinds and thing, and paged without a gap', async () => {
    const all = await rowsOf({ limit: '200' });
    const types = 'api_key.created,webhook.created';
    const found = await rowsOf({ event_type: types, limit: '200' });
    expect(found).toEqual(all.filter(({ event_type: type }) => types.split(',').includes(type)));
    const ofOne = await rowsOf({ actor: own.id, limit: '200' });
    expect(ofOne).toEqual(all.filter(({ actor }) => actor === own.id));
    const [middle] = [all[Math.floor(all.length / 2)]!.timestamp];
    expect(await rowsOf({ start: middle, limit: '200' })).toEqual(all.filter(({ timestamp }) => timestamp >= middle));
    expect(await rowsOf({ end: middle, limit: '200' })).toEqual(all.filter(({ timestamp }) => timestamp < middle));
    const day = middle.slice(0, 10);
    expect((await rowsOf({ start: day, end: day })).length).toBeGreaterThan(0);
    expect(await rowsOf({ end: '2020-12-31' })).toEqual([]);
    const paged: AuditRow[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = new URLSearchParams({ limit: '7', ...(cursor && { cursor }) }).toString();
      const { body } = await call<Page<AuditRow>>('GET', `/admin/audit-log?${query}`);
      paged.push(...body.data);
      cursor = body.next_cursor;
    }
    expect(paged.slice(-all.length).map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });

  it(
    'is exported whole, as JSON and as CSV without formulas',
    async () => {
      const json = await call<AuditRow[]>('GET', '/admin/audit-log?format=json');
      expect(json.headers.get('content-disposition')).toContain('audit-log.json');
      expect(json.body.length).toBeGreaterThan(20);
      const { body: csv } = await call<string>('GET', '/admin/audit-log?format=csv&event_type=api_key.suspended');
      expect(csv.split('\n')[0]).toBe(
        'id,timestamp,event_type,actor,resource_type,resource_id,action,details,ip_address,user_agent,prev_hash,hash',
      );
      const formula = '=HYPERLINK("http://x")';
      await callAs('wrong', 'GET', '/v1/jobs', undefined, { 'user-agent': formula });
      await eventually(async () =>
        (await rowsOf({ event_type: 'auth.failed' })).find((row) => row.user_agent === formula)!,
      );
      const { body } = await call<string>('GET', '/admin/audit-log?format=csv&event_type=auth.failed');
      expect(body).toContain(`"'=HYPERLINK(""http://x"")"`);
      expect(body).not.toContain(',"=HYPERLINK');
    },
    factsMs,
  );

  it('is for those who may read it', async () => {
    await expectRefused(callAs(own.api_key, 'GET', '/admin/audit-log'), 403, 'forbidden');
    await expectRefused(callAs(own.api_key, 'POST', '/admin/audit-log/verify'), 403, 'forbidden');
    const auditor = await createKey({ role: 'viewer', permissions: ['audit:read'] });
    expect((await callAs(auditor.api_key, 'GET', '/admin/audit-log')).status).toBe(200);
    expectProblem(await call('GET', '/admin/audit-log?format=xml'), 400, 'invalid_request');
    expectProblem(await call('GET', '/admin/audit-log?cursor=abc'), 400, 'invalid_request');
  });
});
