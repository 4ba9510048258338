import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { loadConfig } from '@ffapi/config';
import { jobResource, problem, type JobResource, type Problem } from '@ffapi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startPlatform, type Platform } from './platform.ts';

const apiKey = 'a-key-for-tests-of-the-platform';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-platform-'));
const clip = join(dir, 'clip.mp4');
let platform: Platform;
let url: string;
let origin: Server;
let originUrl: string;
let fileId: string;
const hooks: { body: Record<string, unknown>; headers: Record<string, unknown> }[] = [];
let onHook = (): void => {};

beforeAll(async () => {
  const argv = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=320x180:r=25:d=2',
    '-f',
    'lavfi',
    '-i',
    'sine=d=2',
    '-c:v',
    'libx264',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-shortest',
    clip,
  ];
  execFileSync('ffmpeg', argv);
  origin = createServer(async (request, response) => {
    if (request.method === 'POST') {
      hooks.push({
        body: JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, unknown>,
        headers: request.headers,
      });
      response.end('thanks');
      onHook();
    } else if (request.url?.startsWith('/clip.mp4')) response.end(readFileSync(clip));
    else if (request.url === '/page.mp4')
      response.setHeader('content-type', 'text/html').end('<html>not a film</html>');
    else if (request.url === '/half.mp4') {
      response.writeHead(200, { 'content-length': readFileSync(clip).length });
      response.write(readFileSync(clip).subarray(0, 5_000), () => setImmediate(() => response.destroy()));
    } else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(origin, 'listening');
  platform = await startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: apiKey,
      ALLOW_PRIVATE_IPS: 'true',
      JOB_RETRY_DELAY: '0',
      JOB_MAX_RETRIES: '1',
      LOG_LEVEL: 'silent',
      BLOB_PORT: '0',
    }),
  );
  url = platform.gateway?.url ?? '';
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  fileId = (await upload('clip.mp4', readFileSync(clip))).body.file_id as string;
}, 60_000);

afterAll(async () => {
  await platform?.stop();
  origin?.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

const call = async <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> => {
  const response = await fetch(url + path, {
    method,
    headers: { 'x-api-key': apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
};
const upload = async (name: string, bytes: Buffer | string): Promise<Answer<Record<string, unknown>>> => {
  const form = new FormData();
  form.append('file', new Blob([bytes]), name);
  const response = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: form });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const waited = { prefer: 'wait=60' };
const remux = (more: Record<string, unknown> = {}) => ({
  input_url: fileId,
  output_format: 'mkv',
  video_codec: 'copy',
  audio_codec: 'copy',
  ...more,
});
const done = async (path: string, body: unknown): Promise<JobResource> => {
  const answer = await call<JobResource>('POST', path, body, waited);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const expectProblem = ({ status, body, headers }: Answer<unknown>, expected: number, code: string): Problem => {
  expect({ status, code: (body as Problem).code }).toEqual({ status: expected, code });
  expect(headers.get('content-type')).toContain('application/problem+json');
  return problem.parse(body);
};

describe('a job', () => {
  it('goes from a stored file to a download, and is told in full', async () => {
    const job = await done('/v1/transcode', remux({ output_name: 'mine', metadata: { mine: 1 } }));
    expect(jobResource.parse(job)).toMatchObject({
      status: 'completed',
      type: 'transcode',
      attempts: 1,
      metadata: { mine: 1 },
      params: { input_url: fileId },
      progress: { percent: 100 },
    });
    const [output] = job.outputs;
    expect(output).toMatchObject({ name: 'mine.mkv', media: { width: 320, height: 180, video_codec: 'h264' } });
    const bytes = Buffer.from(await (await fetch(output?.download_url ?? '')).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(output?.sha256);
    const { body: history } = await call<{ data: { type: string; id: string }[] }>(
      'GET',
      `/v1/jobs/${job.job_id}/history`,
    );
    expect(history.data.map(({ type }) => type)).toEqual([
      'JobAccepted',
      'TaskStarted',
      'TaskCompleted',
      'TaskStarted',
      'TaskCompleted',
      'JobCompleted',
    ]);
    const { body: then } = await call<JobResource>('GET', `/v1/jobs/${job.job_id}?at=${history.data[1]?.id}`);
    expect(then.status).toBe('running');
    expectProblem(await call('GET', `/v1/jobs/${job.job_id}?at=yesterday`), 400, 'invalid_request');
    expectProblem(await call('GET', `/v1/jobs/${job.job_id}?at=2001-01-01T00:00:00Z`), 404, 'job_not_found');
    expect((await call('GET', `/v1/jobs/${job.job_id}/log`)).status).toBe(200);
    const etag = (await call('GET', `/v1/jobs/${job.job_id}`)).headers.get('etag') ?? '';
    expect((await call('GET', `/v1/jobs/${job.job_id}`, undefined, { 'if-none-match': etag })).status).toBe(304);
  });

  it('fetches a URL, and calls back signed', async () => {
    const called = new Promise<void>((resolve) => (onHook = resolve));
    const job = await done(
      '/v1/transcode',
      remux({
        input_url: `${originUrl}/clip.mp4?token=hidden`,
        webhook_url: `${originUrl}/hook`,
        webhook_headers: { 'x-mine': 'yes' },
        headers: { 'User-Agent': 'tests' },
      }),
    );
    expect(JSON.stringify(job)).not.toContain('hidden');
    await called;
    expect(hooks.at(-1)).toMatchObject({
      body: { event: 'job.completed', data: { job_id: job.job_id, status: 'completed' } },
      headers: { 'x-mine': 'yes' },
    });
    const { body } = await call<{ data: { job_id: string; status: string }[] }>(
      'GET',
      `/webhooks/deliveries?job_id=${job.job_id}`,
    );
    expect(body.data).toHaveLength(1);
  });

  it.each([
    ['/page.mp4', 'media_type_refused', 'input'],
    ['/half.mp4', 'input_truncated', 'input'],
    ['/nothing.mp4', 'input_http_error', 'input'],
  ])('that cannot work ends as a typed failure: %s', async (path, code, fault) => {
    const job = await done('/v1/transcode', remux({ input_url: originUrl + path }));
    expect(job).toMatchObject({ status: 'failed', error: { code, fault } });
    const { body } = await call<{ data: JobResource[] }>('GET', '/v1/dead-letters');
    expect(body.data.map(({ job_id }) => job_id)).toContain(job.job_id);
    const again = await call<JobResource>('POST', `/v1/dead-letters/${job.job_id}/replay`);
    expect(again.body).toMatchObject({ retry_of: job.job_id });
    const conflict = expectProblem(await call('POST', `/v1/jobs/${job.job_id}/retry`), 409, 'job_already_retried');
    expect(conflict).toMatchObject({ retried_as: again.body.job_id });
  });

  it('is cancelled while it waits or runs, and not after', async () => {
    const { body: job } = await call<JobResource>('POST', '/v1/transcode', {
      input_url: fileId,
      output_format: 'mp4',
      video_codec: 'hevc',
      encoder_preset: 'veryslow',
    });
    const { body: cancelled } = await call<JobResource>('POST', `/v1/jobs/${job.job_id}/cancel`, {
      reason: 'changed my mind',
    });
    expect(cancelled.status).toBe('cancelled');
    expect((await call('POST', `/v1/jobs/${job.job_id}/cancel`, {})).status).toBe(200);
    const finished = await done('/v1/transcode', remux());
    expectProblem(await call('POST', `/v1/jobs/${finished.job_id}/cancel`, {}), 409, 'job_already_finished');
    const { body: bulk } = await call('POST', '/v1/jobs/bulk-cancel', { job_ids: [finished.job_id, 'job_000000'] });
    expect(bulk).toMatchObject({
      cancelled: 0,
      results: [{ code: 'job_already_finished' }, { code: 'job_not_found' }],
    });
    const { body: copy } = await call<JobResource>('POST', `/v1/jobs/${finished.job_id}/duplicate`);
    expect(copy).toMatchObject({ params: finished.params, retry_of: null });
  });

  it('is one for one Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'once-only' };
    const first = await call<JobResource>('POST', '/v1/transcode', remux(), key);
    const second = await call<JobResource>('POST', '/v1/transcode', remux(), key);
    expect(second.body.job_id).toBe(first.body.job_id);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expectProblem(await call('POST', '/v1/transcode', remux({ priority: 'high' }), key), 422, 'idempotency_key_reused');
    expectProblem(
      await call('POST', '/v1/transcode', remux(), { 'idempotency-key': 'not ok' }),
      400,
      'invalid_request',
    );
    const refused = { 'idempotency-key': 'mended' };
    expectProblem(
      await call('POST', '/v1/transcode', remux({ input_url: 'file_0000' }), refused),
      404,
      'file_not_found',
    );
    expect((await call('POST', '/v1/transcode', remux(), refused)).status).toBe(202);
  });

  it('is planned by a dry run as it is then run', async () => {
    const body = { input_url: fileId, output_format: 'mp4', resolution: '240p', preset: 'fast' };
    const dry = await call<{ steps: { argv: unknown[] }[] }>('POST', '/v1/transcode?dry_run=true', body);
    expect(dry.status).toBe(200);
    const job = await done('/v1/transcode', body);
    const { body: history } = await call<{
      data: { type: string; data: { kind: string; plan: { inline: { steps: { argv: unknown[] }[] } } } }[];
    }>('GET', `/v1/jobs/${job.job_id}/history`);
    const ran = history.data.find(({ type, data }) => type === 'TaskCompleted' && data.kind === 'operation');
    expect(ran?.data.plan.inline.steps.map(({ argv }) => argv)).toEqual(dry.body.steps.map(({ argv }) => argv));
  });

  it('is followed live, from where one was before', async () => {
    const { body: job } = await call<JobResource>('POST', '/v1/transcode', remux());
    const frames = await readEvents(job.job_id);
    expect(frames.map(({ event }) => event).filter((event) => event !== 'progress')).toEqual([
      'JobAccepted',
      'TaskStarted',
      'TaskCompleted',
      'TaskStarted',
      'TaskCompleted',
      'JobCompleted',
    ]);
    expect(frames.filter(({ event, id }) => event === 'progress' && id !== undefined)).toEqual([]);
    const known = frames.filter(({ id }) => id !== undefined);
    const rest = await readEvents(job.job_id, known[2]?.id);
    expect(rest.map(({ id }) => id)).toEqual(known.slice(3).map(({ id }) => id));
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${job.job_id}/ws?after=${known[2]?.id}`, {
      headers: { 'x-api-key': apiKey },
    });
    const messages: { id: string }[] = [];
    await new Promise((resolve) => {
      socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as { id: string }));
      socket.on('close', resolve);
    });
    expect(messages.map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
    const refused = (path: string, headers = {}) =>
      new Promise((resolve) =>
        new WebSocket(url.replace('http', 'ws') + path, { headers }).on('error', ({ message }) => resolve(message)),
      );
    expect(await refused(`/v1/jobs/${job.job_id}/ws`)).toContain('401');
    expect(await refused('/v1/jobs/job_0000/ws', { 'x-api-key': apiKey })).toContain('404');
  });

  it('gives stills, sprites and facts', async () => {
    const stills = await done('/v1/video/thumbnails', { video_url: fileId, count: 2, method: 'uniform', width: 160 });
    expect(stills.outputs.map(({ content_type, media }) => [content_type, media?.width])).toEqual([
      ['image/jpeg', 160],
      ['image/jpeg', 160],
    ]);
    const facts = await done('/v1/probe', { url: fileId });
    expect(facts.result).toMatchObject({ streams: [{ codec_name: 'h264' }, { codec_name: 'aac' }] });
  });

  it('as HLS is a folder that plays through one signed link', async () => {
    const job = await done('/v1/transcode', {
      input_url: fileId,
      output_format: 'hls',
      ladder: [{ resolution: '180p' }],
    }).catch(async () => done('/v1/transcode', { input_url: fileId, output_format: 'hls', preset: 'fast' }));
    const master = job.outputs[0]?.download_url ?? '';
    const playlist = await (await fetch(master)).text();
    expect(playlist).toContain('#EXTM3U');
    const variant = playlist.split('\n').find((line) => line.endsWith('.m3u8')) ?? '';
    const media = await fetch(new URL(variant, master));
    expect(media.status).toBe(200);
    expect(await media.text()).toContain('#EXTINF');
    expect((await fetch(new URL('../../etc/passwd', master))).status).toBeGreaterThanOrEqual(400);
  });
});

const readEvents = async (
  jobId: string,
  lastEventId?: string,
): Promise<{ id?: string | undefined; event?: string | undefined }[]> => {
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, {
    headers: { 'x-api-key': apiKey, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
  });
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((frame) => frame.includes('data: '))
    .map((frame) => ({ id: /^id: (.+)$/m.exec(frame)?.[1], event: /^event: (.+)$/m.exec(frame)?.[1] }));
};

describe('lists', () => {
  it('filter, search, page and export', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await done('/v1/transcode', remux({ priority: 'low' }))).job_id);
    const first = await call<{ data: JobResource[]; has_more: boolean; next_cursor: string }>(
      'GET',
      '/v1/jobs?priority=low&status=completed&limit=2',
    );
    expect(first.body).toMatchObject({ has_more: true });
    const second = await call<{ data: JobResource[] }>(
      'GET',
      `/v1/jobs?priority=low&status=completed&limit=2&cursor=${encodeURIComponent(first.body.next_cursor)}`,
    );
    expect([...first.body.data, ...second.body.data].map(({ job_id }) => job_id)).toEqual(ids.toReversed());
    const search = await call<{ data: JobResource[] }>('GET', `/v1/jobs?q=${ids[1]}`);
    expect(search.body.data.map(({ job_id }) => job_id)).toEqual([ids[1]]);
    expect((await call<{ data: unknown[] }>('GET', '/v1/jobs?created_before=2001-01-01')).body.data).toEqual([]);
    expect(
      (await call<{ data: unknown[] }>('GET', '/v1/jobs?type=probe,video.thumbnails&api_key_id=nobody')).body.data,
    ).toEqual([]);
    expectProblem(await call('GET', '/v1/jobs?limit=0'), 400, 'invalid_request');
    expectProblem(await call('GET', '/v1/jobs?cursor=nonsense'), 400, 'invalid_request');
    const csv = await call<string>('GET', '/v1/jobs/export?format=csv&priority=low');
    expect(csv.body.trim().split('\n')).toHaveLength(4);
    expect((await call<JobResource[]>('GET', '/v1/jobs/export?priority=low')).body).toHaveLength(3);
  });

  it('count what happened', async () => {
    const { body } = await call<{
      buckets: { submitted: number; success_rate: number }[];
      by_type: { type: string }[];
      top_errors: unknown[];
    }>('GET', '/v1/jobs/analytics');
    expect(body.buckets.at(-1)?.submitted).toBeGreaterThan(3);
    expect(body.by_type.map(({ type }) => type)).toContain('transcode');
    expect(
      (await call<{ buckets: unknown[] }>('GET', '/v1/jobs/analytics?bucket=day&from=2001-01-01&to=2001-02-01')).body
        .buckets,
    ).toEqual([]);
  });

  it('tell who works and what there is to do', async () => {
    const workers = await call<{ data: { pool: string; capabilities: { encoders?: string[] } }[] }>(
      'GET',
      '/admin/workers',
    );
    expect(workers.body.data.map(({ pool }) => pool).toSorted()).toEqual(['storage', 'thumbnail', 'transcode-cpu']);
    const operations = await call<{ data: { id: string; schema: { properties: Record<string, unknown> } }[] }>(
      'GET',
      '/v1/operations',
    );
    expect(operations.body.data.find(({ id }) => id === 'transcode')?.schema.properties).toHaveProperty(
      'output_format',
    );
    expect(
      (await call<{ data: { name: string }[] }>('GET', '/v1/presets')).body.data.map(({ name }) => name),
    ).toContain('web_optimized');
    const health = await call<{ status: string; components: Record<string, Record<string, unknown>> }>(
      'GET',
      '/health/detailed',
    );
    expect(health.body).toMatchObject({
      status: 'healthy',
      components: { gpu: { status: 'absent', driver: 'n/a' }, queue: { workers: 3 } },
    });
    const open = await fetch(`${url}/health/detailed`);
    expect(((await open.json()) as typeof health.body).components.ffmpeg).toEqual({ status: 'up' });
    for (const path of ['/health', '/health/live', '/health/ready']) expect((await fetch(url + path)).status).toBe(200);
  });
});

describe('files', () => {
  it('are stored, listed, read in ranges and deleted', async () => {
    const stored = await upload('../../weird "name".mp4', readFileSync(clip));
    expect(stored).toMatchObject({ status: 201, body: { content_type: 'video/mp4' } });
    const id = stored.body.file_id as string;
    const whole = await fetch(stored.body.download_url as string);
    expect(whole.headers.get('etag')).toBe(`"${String(stored.body.sha256)}"`);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await fetch(stored.body.download_url as string, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
    expectProblem(
      await call('GET', `/files/${id}`, undefined, { range: `bytes=${bytes.length}-` }),
      416,
      'range_not_satisfiable',
    );
    expect(
      (await call('GET', `/files/${id}`, undefined, { 'if-none-match': `"${String(stored.body.sha256)}"` })).status,
    ).toBe(304);
    expect(
      (await call<{ data: { file_id: string }[] }>('GET', '/v1/files?q=weird')).body.data.map(({ file_id }) => file_id),
    ).toEqual([id]);
    expect((await call('GET', `/v1/files/${id}`)).body).toMatchObject({ file_id: id });
    expect((await call('GET', `/files/${encodeURIComponent(stored.body.name as string)}`)).status).toBe(200);
    expect((await fetch(`${url}/files/${id}`)).status).toBe(401);
    expect((await fetch((stored.body.download_url as string).replace('~1', '~2'))).status).toBe(404);
    expect((await call('DELETE', `/files/${id}`)).status).toBe(204);
    expectProblem(await call('GET', `/files/${id}`), 404, 'file_not_found');
    expectProblem(await call('POST', '/v1/transcode', remux({ input_url: id })), 404, 'file_not_found');
  });

  it('are refused when empty, of a blocked name, or not a form', async () => {
    expect(await upload('empty.mp4', '')).toMatchObject({ status: 422, body: { code: 'input_empty' } });
    expect(await upload('virus.exe', 'MZ')).toMatchObject({ status: 415, body: { code: 'extension_blocked' } });
    expectProblem(await call('POST', '/v1/files', {}), 415, 'media_type_not_supported');
    const form = new FormData();
    form.append('wrong', new Blob(['x']), 'x.mp4');
    expect(
      (await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': apiKey }, body: form })).status,
    ).toBe(400);
  });
});

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

/** Asks until the answer is one, or fails with the test's own time limit. */
const eventually = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe('webhooks', () => {
  it('are subscribed to, told, listed and ended', async () => {
    const made = await call('POST', '/webhooks/subscribe', { events: ['job.*'], url: `${originUrl}/all?secret=1` });
    expect(made).toMatchObject({ status: 201, body: { enabled: true } });
    expect(made.body.secret).toMatch(/^whsec_/);
    const told = new Promise<void>(
      (resolve) => (onHook = () => hooks.some(({ body }) => body.event === 'job.started') && resolve()),
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
