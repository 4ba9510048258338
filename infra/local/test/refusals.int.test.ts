import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import {
  apiKey,
  call,
  done,
  eventually,
  expectProblem,
  hooks,
  onHook,
  originUrl,
  platform,
  remux,
  url,
} from './testbed.ts';

describe('a message nobody can read', () => {
  it('goes to the dead-letter queue with its reason, and the queue moves on', async () => {
    const connection = await connect({ servers: platform.natsUrl });
    const manager = await jetstreamManager(connection);
    await jetstream(connection).publish('work.transcode-cpu.job_0000.0', 'not a task');
    const dead = await eventually(async () =>
      manager.streams.getMessage('DLQ', { last_by_subj: 'dlq.work.transcode-cpu.job_0000.0' }),
    );
    expect(dead?.string()).toBe('not a task');
    expect(dead?.header.get('Ffapi-Dead-Reason')).toBe('work_item_unreadable');
    await eventually(
      async () =>
        (await manager.streams.getMessage('WORK', { last_by_subj: 'work.transcode-cpu.job_0000.0' })) === null,
    );
    await connection.close();
    expect((await done('/v1/transcode', remux())).status).toBe('completed');
  });
});

describe('webhooks', () => {
  it('are subscribed to, told, listed and ended', async () => {
    const made = await call('POST', '/webhooks/subscribe', { events: ['job.*'], url: `${originUrl}/all?secret=1` });
    expect(made).toMatchObject({ status: 201, body: { enabled: true } });
    expect(made.body.secret).toMatch(/^whsec_/);
    const told = new Promise<void>((resolve) =>
      onHook(() => hooks.some(({ body }) => body.event === 'job.started') && resolve()),
    );
    await done('/v1/transcode', remux());
    await told;
    const listed = await call<{ data: { id: string; url: string }[] }>('GET', '/webhooks');
    expect(listed.body.data).toMatchObject([{ id: made.body.id, url: `${originUrl}/all` }]);
    expect((await call('DELETE', `/webhooks/${String(made.body.id)}`)).status).toBe(204);
    expectProblem(await call('DELETE', `/webhooks/${String(made.body.id)}`), 404, 'webhook_not_found');
  });
});

describe('what is not right', () => {
  it.each<[string, string, string, unknown, Record<string, string>, number, string]>([
    ['no such path', 'GET', '/nowhere', undefined, {}, 404, 'not_found'],
    ['no such job', 'GET', '/v1/jobs/job_0000', undefined, {}, 404, 'job_not_found'],
    ['a wrong key', 'GET', '/v1/jobs', undefined, { 'x-api-key': 'wrong' }, 401, 'api_key_invalid'],
    ['a key in the URL', 'GET', `/v1/jobs?api_key=${apiKey}`, undefined, {}, 400, 'api_key_in_query'],
    ['no JSON', 'POST', '/v1/transcode', '{', {}, 400, 'invalid_json'],
    ['a poisoned object', 'POST', '/v1/transcode', '{"__proto__":{"a":1}}', {}, 400, 'invalid_json'],
    ['a large body', 'POST', '/v1/transcode', { metadata: { a: 'x'.repeat(200_000) } }, {}, 413, 'body_too_large'],
    ['another type', 'POST', '/v1/transcode', 'x', { 'content-type': 'text/plain' }, 415, 'media_type_not_supported'],
    ['no input', 'POST', '/v1/transcode', { output_format: 'mp4' }, {}, 400, 'input_required'],
    [
      'two inputs',
      'POST',
      '/v1/transcode',
      { input_url: 'file_0000', video_url: 'file_0000', output_format: 'mp4' },
      {},
      400,
      'input_required',
    ],
    [
      'no subtitles',
      'POST',
      '/v1/subtitles/burn-in',
      { video_url: 'https://example.com/a' },
      {},
      400,
      'input_required',
    ],
    [
      'a track instead of subtitles, of a file that is not there',
      'POST',
      '/v1/subtitles/burn-in',
      { video_url: 'file_0000', track: 0 },
      {},
      404,
      'file_not_found',
    ],
    [
      'a file that is not there',
      'POST',
      '/v1/transcode',
      { input_url: 'file_0000', output_format: 'mp4' },
      {},
      404,
      'file_not_found',
    ],
    [
      'a pair that cannot be',
      'POST',
      '/v1/transcode',
      { input_url: 'https://a.test/a.mp4', output_format: 'webm', video_codec: 'h264' },
      {},
      422,
      'codec_container_mismatch',
    ],
    [
      'metadata of a cloud',
      'POST',
      '/v1/transcode',
      { input_url: 'http://169.254.169.254/latest', output_format: 'mp4' },
      {},
      422,
      'url_refused',
    ],
  ])('%s', async (_what, method, path, body, headers, status, code) => {
    expectProblem(await call(method, path, body, headers), status, code);
  });

  it('is named field by field', async () => {
    const answer = await call('POST', '/v1/transcode', {
      input_url: 'ftp://x',
      output_format: 'mp4',
      colour: 1,
      nested: {},
      crf: 900,
    });
    const { errors } = expectProblem(answer, 400, 'invalid_request');
    expect(errors?.map(({ pointer }) => pointer).toSorted()).toEqual(['/colour', '/crf', '/input_url', '/nested']);
  });

  it('asks for a key where one is needed', async () => {
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(401);
    expect((await fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${apiKey}` } })).status).toBe(200);
    expect(
      (await fetch(`${url}/v1/jobs`, { headers: { 'x-api-key': apiKey, 'x-request-id': 'mine-1' } })).headers.get(
        'x-request-id',
      ),
    ).toBe('mine-1');
  });

  it('has a page for every error', async () => {
    const page = await fetch(`${url}/documentation/errors/job_not_found`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('job_not_found')]);
    expect((await fetch(`${url}/documentation/errors/no_such_code`)).status).toBe(404);
    expect((await fetch(`${url}/documentation`)).headers.get('content-security-policy')).toContain(
      "default-src 'none'",
    );
  });
});
