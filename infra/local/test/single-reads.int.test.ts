import { readFileSync } from 'node:fs';
import { fileResource, jobResource, keyResource, webhookResource, type JobResource } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { call, clip, done, expectProblem, originUrl, remux, upload } from './testbed.ts';

it('one webhook is read as its list shows it, and is gone when it has ended', async () => {
  const { body: made } = await call('POST', '/webhooks/subscribe', { events: ['job.*'], url: `${originUrl}/one` });
  const path = `/webhooks/${String(made.id)}`;
  const { status, body } = await call('GET', path);
  expect([status, webhookResource.parse(body)]).toEqual([200, body]);
  expect((await call<{ data: unknown[] }>('GET', '/webhooks')).body.data).toContainEqual(body);
  await call('DELETE', path);
  expectProblem(await call('GET', path), 404, 'webhook_not_found');
});

it('one API key is read as its list shows it, without its text', async () => {
  const { body: made } = await call('POST', '/admin/api-keys', { name: 'read alone' });
  const { status, body } = await call('GET', `/admin/api-keys/${String(made.id)}`);
  expect([status, keyResource.parse(body)]).toEqual([200, body]);
  expect((await call<{ data: unknown[] }>('GET', '/admin/api-keys?limit=200')).body.data).toContainEqual(body);
  expect(JSON.stringify(body)).not.toContain(String(made.api_key));
  expectProblem(await call('GET', '/admin/api-keys/key_0000'), 404, 'key_not_found');
});

it('a key of others is not shown, nor is their webhook, nor is their file deleted', async () => {
  const made = await call('POST', '/admin/api-keys', {
    name: 'stranger',
    permissions: ['keys:manage', 'webhooks:manage', 'files:delete'],
  });
  const stranger = { 'x-api-key': String(made.body.api_key) };
  const other = await call('POST', '/admin/api-keys', { name: 'other' });
  expectProblem(
    await call('GET', `/admin/api-keys/${String(other.body.id)}`, undefined, stranger),
    404,
    'key_not_found',
  );
  const { body: hook } = await call('POST', '/webhooks/subscribe', { events: ['job.*'], url: `${originUrl}/mine` });
  expectProblem(await call('GET', `/webhooks/${String(hook.id)}`, undefined, stranger), 404, 'webhook_not_found');
  await call('DELETE', `/webhooks/${String(hook.id)}`);
  const { body: file } = await upload('mine.mp4', readFileSync(clip));
  expectProblem(await call('DELETE', `/v1/files/${String(file.file_id)}`, undefined, stranger), 404, 'file_not_found');
  expect((await call('GET', `/v1/files/${String(file.file_id)}`)).status).toBe(200);
});

it('a file is deleted by its id below /v1', async () => {
  const { body: file } = await upload('gone.mp4', readFileSync(clip));
  const path = `/v1/files/${String(file.file_id)}`;
  expect((await call('DELETE', path)).status).toBe(204);
  expectProblem(await call('GET', path), 404, 'file_not_found');
  expectProblem(await call('DELETE', path), 404, 'file_not_found');
});

it('an incident that is none is not found', async () => {
  expectProblem(await call('GET', '/admin/incidents/inc_0000'), 404, 'incident_not_found');
});

it('a job and a file have an id as everything else, beside the name of old', async () => {
  const job = await done('/v1/transcode', remux());
  expect(job.id).toBe(job.job_id);
  const { body: list } = await call<{ data: JobResource[] }>('GET', '/v1/jobs?limit=1');
  for (const each of [...list.data, (await call<JobResource>('GET', `/v1/jobs/${job.id}`)).body])
    expect([each.id, jobResource.parse(each)]).toEqual([each.job_id, each]);
  const { body: sent } = await upload('named.mp4', readFileSync(clip));
  const { body: file } = await call('GET', `/v1/files/${String(sent.id)}`);
  for (const each of [sent, file, ...job.outputs])
    expect([each.id, fileResource.parse(each)]).toEqual([each.file_id, each]);
});
