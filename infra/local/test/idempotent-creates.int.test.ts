import { readFileSync } from 'node:fs';
import type { FileResource, JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { callAs, createKey } from './keys-client.ts';
import { apiKey, call, clip, expectProblem, remux, url, type Answer } from './testbed.ts';

const film = (): Buffer => readFileSync(clip);

const send = async (
  key: string | undefined,
  { name = 'once.mp4', content = film(), as = apiKey }: { name?: string; content?: Buffer | string; as?: string } = {},
): Promise<Answer<FileResource>> => {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  const headers = { 'x-api-key': as, ...(key !== undefined && { 'idempotency-key': key }) };
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers, body: form });
  return { status: response.status, headers: response.headers, body: (await response.json()) as FileResource };
};

const replay = ({ headers }: Answer<unknown>): string | null => headers.get('idempotent-replayed');

describe('an upload with a key', () => {
  it('is one file, however often it is sent', async () => {
    const first = await send('upload-1');
    const again = await send('upload-1');
    expect([first.status, replay(first), again.status, replay(again)]).toEqual([201, null, 201, 'true']);
    expect(again.body).toMatchObject({ file_id: first.body.file_id, created_at: first.body.created_at });
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect((await send(undefined)).body.file_id).not.toBe(first.body.file_id);
    expect((await send('upload-2')).body.file_id).not.toBe(first.body.file_id);
  });

  it('is refused with other bytes or another name', async () => {
    expect((await send('upload-3')).status).toBe(201);
    expectProblem(await send('upload-3', { content: Buffer.concat([film(), film()]) }), 422, 'idempotency_key_reused');
    expectProblem(await send('upload-3', { name: 'other.mp4' }), 422, 'idempotency_key_reused');
    expectProblem(await send('not ok'), 400, 'invalid_request');
  });

  it('is one file when it is sent at the same time', async () => {
    const { api_key: as } = await createKey({ role: 'developer' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send('upload-race', { as })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.file_id)).size).toBe(1);
    expect(answers.filter((each) => replay(each) === null)).toHaveLength(1);
    const { body } = await callAs<{ data: FileResource[] }>(as, 'GET', '/v1/files');
    expect(body.data).toHaveLength(1);
  });

  it('belongs to its tenant', async () => {
    const { api_key: as } = await createKey({ role: 'developer' });
    const [mine, theirs] = [await send('upload-4'), await send('upload-4', { as })];
    expect([replay(theirs), theirs.body.file_id === mine.body.file_id]).toEqual([null, false]);
  });

  it('may come again, mended, after a refusal', async () => {
    expectProblem(await send('upload-5', { name: 'a.exe' }), 415, 'extension_blocked');
    expect((await send('upload-5')).status).toBe(201);
  });

  it('is not there again when its file was deleted', async () => {
    const { body } = await send('upload-6');
    await call('DELETE', `/v1/files/${body.file_id}`);
    expectProblem(await send('upload-6'), 404, 'file_not_found');
  });

  it('takes its room once, and is answered again when there is no more', async () => {
    const { id, api_key: as } = await createKey({ role: 'developer' });
    const content = Buffer.alloc(700_000, 'a');
    await call('PUT', `/admin/api-keys/${id}/quota`, { max_storage_mb: 1 });
    const first = await send('upload-7', { as, content, name: 'a.txt' });
    expect(first.status).toBe(201);
    for (let n = 0; n < 3; n++)
      expect((await send('upload-7', { as, content, name: 'a.txt' })).body.file_id).toBe(first.body.file_id);
    expectProblem(await send('upload-8', { as, content, name: 'a.txt' }), 413, 'quota_storage');
  });
});

describe.each<[string, (jobId: string) => string]>([
  ['a-retry', (jobId) => `/v1/jobs/${jobId}/retry`],
  ['a-replay', (jobId) => `/v1/dead-letters/${jobId}/replay`],
  ['a-duplicate', (jobId) => `/v1/jobs/${jobId}/duplicate`],
])('%s with a key', (what, pathOf) => {
  it('is one job, however often it is sent, at once or later', async () => {
    const { body: job } = await call<JobResource>(
      'POST',
      '/v1/probe',
      { input: 'https://a.invalid/a' },
      { prefer: 'wait=60' },
    );
    expect(job.status).toBe('failed');
    const again = () => call<JobResource>('POST', pathOf(job.job_id), undefined, { 'idempotency-key': what });
    const answers = [...(await Promise.all([again(), again(), again()])), await again()];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.job_id)).size).toBe(1);
    expect(answers.filter((each) => replay(each) === null)).toHaveLength(1);
    expect(answers[0]?.body.job_id).not.toBe(job.job_id);
  });
});

it('a duplicate whose input has gone is answered again all the same', async () => {
  const { body: file } = await send(undefined);
  const { body: job } = await call<JobResource>('POST', '/v1/transcode', remux({ input_url: file.file_id }), {
    prefer: 'wait=60',
  });
  const again = () =>
    call<JobResource>('POST', `/v1/jobs/${job.job_id}/duplicate`, undefined, { 'idempotency-key': 'kept' });
  const first = await again();
  await call('DELETE', `/v1/files/${file.file_id}`);
  expect((await again()).body.job_id).toBe(first.body.job_id);
});

it('a person with a key is let in once, and their password is a part of the request', async () => {
  const body = { name: 'once', password: 'correct horse battery staple', role: 'viewer' };
  const key = { 'idempotency-key': 'person' };
  const first = await call('POST', '/admin/users', body, key);
  const again = await call('POST', '/admin/users', body, key);
  expect([first.status, again.status, again.body.id, replay(again)]).toEqual([201, 201, first.body.id, 'true']);
  expectProblem(
    await call('POST', '/admin/users', { ...body, password: 'another horse battery staple' }, key),
    422,
    'idempotency_key_reused',
  );
  expectProblem(await call('POST', '/admin/users', body), 409, 'user_exists');
  expectProblem(await call('POST', '/admin/users', body, { 'idempotency-key': 'other' }), 409, 'user_exists');
  expectProblem(await call('POST', '/admin/users', body, { 'idempotency-key': 'other' }), 409, 'user_exists');
});

it('a preset with a key is defined once, and not as another', async () => {
  const key = { 'idempotency-key': 'preset' };
  const define = (fields: object) => call('POST', '/v1/presets', { name: 'only-once', fields }, key);
  const [first, again] = [await define({ crf: 20 }), await define({ crf: 20 })];
  expect([first.status, again.status, again.body.version, replay(again)]).toEqual([201, 201, 1, 'true']);
  expectProblem(await define({ crf: 21 }), 422, 'idempotency_key_reused');
});
