import { createHash } from 'node:crypto';
import { jobResource, type JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { apiKey, call, done, expectProblem, fileId, hooks, onHook, originUrl, remux, url } from './testbed.ts';

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
    const called = new Promise<void>((resolve) => onHook(resolve));
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

  it('answers a repeat that waits at once when the job has ended before', async () => {
    const headers = { 'idempotency-key': 'waited-twice', prefer: 'wait=30' };
    const first = await call<JobResource>('POST', '/v1/transcode', remux(), headers);
    const startMs = performance.now();
    const second = await call<JobResource>('POST', '/v1/transcode', remux(), headers);
    expect(second).toMatchObject({ status: 200, body: { job_id: first.body.job_id, status: 'completed' } });
    // Not how fast it is, but that it did not wait for an end that had come already.
    expect(performance.now() - startMs).toBeLessThan(20_000);
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
