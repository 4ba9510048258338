import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileResource, JobResource, Problem } from '@ffapi/contracts';
import { beforeAll, expect, it } from 'vitest';
import { createKey } from './keys-client.ts';
import { apiKey, call, clip, dir, expectProblem, fileId, url, type Answer } from './testbed.ts';

let tone: Buffer;
beforeAll(() => {
  const path = join(dir, 'tone.wav');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', path]);
  tone = readFileSync(path);
});

interface Sent {
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, Buffer>>;
  readonly texts?: Readonly<Record<string, string | Blob>>;
}

const send = async <T = JobResource>({ query = '', headers = {}, files, texts = {} }: Sent): Promise<Answer<T>> => {
  const form = new FormData();
  for (const [name, text] of Object.entries(texts)) form.append(name, text as string);
  for (const [name, bytes] of Object.entries(files ?? { video: readFileSync(clip), bgm: tone }))
    form.append(name, new Blob([bytes]), `${name}.bin`);
  const response = await fetch(`${url}/v1/compose/from-binaries${query}`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, ...headers },
    body: form,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
};

const composition = JSON.stringify({ width: 160, height: 90, fps: 25, duration_ms: 1000, metadata: { order: 7 } });

it('composes the files of a form as a job like any other', async () => {
  const sent = await send({ texts: { composition } });
  expect([sent.status, sent.headers.get('location')]).toEqual([202, `/v1/jobs/${sent.body.job_id}`]);
  expect(sent.body).toMatchObject({ type: 'compose.from_urls', metadata: { order: 7 } });
  const { body: job } = await call<JobResource>('GET', `/v1/jobs/${sent.body.job_id}`, undefined, {
    prefer: 'wait=60',
  });
  expect(job.status, JSON.stringify(job.error)).toBe('completed');
  expect(job.outputs[0]?.media).toMatchObject({ width: 160, height: 90, duration_seconds: 1 });
});

it('takes what the path of old takes in its query, and waits when it is asked to', async () => {
  const query = '?width=128&height=72&fps=25&duration_ms=1000';
  const { status, body } = await send({ query, headers: { prefer: 'wait=60' } });
  expect([status, body.status]).toEqual([200, 'completed']);
  expect(body.outputs[0]?.media).toMatchObject({ width: 128, height: 72 });
  const plan = await send<{ dry_run: boolean }>({ query: `${query}&dry_run=true` });
  expect([plan.status, plan.body.dry_run]).toEqual([200, true]);
});

it('is one job and one set of files under a key', async () => {
  const { api_key: mine } = await createKey({ role: 'developer' });
  const headers = { 'x-api-key': mine, 'idempotency-key': 'compose' };
  const [first, again] = [
    await send({ headers, texts: { composition } }),
    await send({ headers, texts: { composition } }),
  ];
  expect([again.status, again.headers.get('idempotent-replayed'), again.body.job_id]).toEqual([
    202,
    'true',
    first.body.job_id,
  ]);
  const { body } = await call<{ data: FileResource[] }>('GET', '/v1/files', undefined, { 'x-api-key': mine });
  expect(body.data.filter(({ origin }) => origin.kind === 'upload')).toHaveLength(2);
  const other = { headers, texts: { composition: JSON.stringify({ width: 320 }) } };
  expectProblem(await send(other), 422, 'idempotency_key_reused');
  expectProblem(await send({ headers, files: { video: tone } }), 422, 'idempotency_key_reused');
});

it.each<[string, Sent, number, string, string]>([
  ['no video', { files: {} }, 400, 'input_required', '/video'],
  ['no JSON', { texts: { composition: '{' } }, 400, 'invalid_request', '/composition'],
  ['a list', { texts: { composition: '[]' } }, 400, 'invalid_request', '/composition'],
  ['a field twice', { texts: { composition: '{"fps":25,"fps":30}' } }, 400, 'invalid_request', '/composition'],
  ['an unknown field', { texts: { composition: '{"fsp":25}' } }, 400, 'invalid_request', '/composition/fsp'],
  ['another text', { texts: { metadata: '{}' } }, 400, 'invalid_request', '/metadata'],
  [
    'a file by name too',
    { texts: { composition: `{"video_url":"file_0000"}` } },
    400,
    'invalid_request',
    '/composition/video_url',
  ],
])('refuses %s', async (_, sent, status, code, pointer) => {
  const answer = await send<Problem>(sent);
  expectProblem(answer, status, code);
  expect(answer.body.errors?.map((each) => each.pointer)).toEqual([pointer]);
});

it('takes a part that calls itself JSON, and files by id for what is not sent', async () => {
  const text = JSON.stringify({ ...JSON.parse(composition), bgm_url: fileId });
  const { status, body } = await send<JobResource>({
    files: { video: readFileSync(clip) },
    texts: { composition: text },
  });
  expect([status, body.params.bgm_url]).toEqual([202, fileId]);
  await call('POST', `/v1/jobs/${body.job_id}/cancel`);
});
