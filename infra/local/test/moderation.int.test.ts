import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ffapi/config';
import type { JobResource, Problem, ReviewResource } from '@ffapi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../src/platform.ts';
import { makeFilms } from './coloured-films.ts';
import { startModerator, type Moderator } from './moderator.ts';

const dir = mkdtempSync(join(tmpdir(), 'ffapi-moderation-'));
const admin = 'a-key-for-tests-of-moderation';
const secret = `whsec_${Buffer.from('a secret for tests of moderation').toString('base64')}`;
let moderator: Moderator;
let platform: Platform;

const start = (more: Record<string, string> = {}): Promise<Platform> =>
  startPlatform(
    loadConfig({
      FFAPI_DATA_DIR: join(dir, 'data'),
      PORT: '0',
      ADMIN_API_KEY: admin,
      RATE_LIMIT_REQUESTS_PER_MINUTE: '0',
      ALLOW_PRIVATE_IPS: 'true',
      JOB_RETRY_DELAY: '0',
      JOB_MAX_RETRIES: '1',
      LOG_LEVEL: 'silent',
      ENABLE_CONTENT_MODERATION: 'true',
      MODERATION_PROVIDER: 'webhook',
      MODERATION_WEBHOOK_URL: moderator.url,
      MODERATION_WEBHOOK_SECRET: secret,
      ...more,
    }),
  );

beforeAll(async () => {
  makeFilms(dir);
  moderator = await startModerator(secret);
  platform = await start();
});

afterAll(async () => {
  await platform?.stop();
  moderator?.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Options {
  readonly key?: string;
  readonly prefer?: string;
}

const call = async <T>(method: string, path: string, body?: object, { key = admin, prefer }: Options = {}) => {
  const isForm = body instanceof FormData;
  const response = await fetch(`${platform.gateway?.url}${path}`, {
    method,
    headers: {
      'x-api-key': key,
      ...(prefer && { prefer }),
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
  });
  const isJson = response.headers.get('content-type')?.includes('json');
  const answer = (isJson ? await response.json() : await response.bytes()) as T;
  return { status: response.status, headers: response.headers, body: answer };
};

const upload = async (name: string, key = admin): Promise<string> => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(join(dir, name))]), name);
  return (await call<{ file_id: string }>('POST', '/v1/files', form, { key })).body.file_id;
};

const wait = 'wait=60';
const convert = async (name: string, options: Options = {}) => {
  const body = { input_url: await upload(name, options.key), output_format: 'mkv', video_codec: 'copy' };
  return call<JobResource & Pick<Problem, 'code'>>('POST', '/v1/transcode', body, { prefer: wait, ...options });
};
const jobOf = async (jobId: string) => (await call<JobResource>('GET', `/v1/jobs/${jobId}`)).body;

/** Asks until the job is as it is to be, or the test's own time is over. */
const until = async (jobId: string, isReached: (job: JobResource) => boolean): Promise<JobResource> => {
  for (;;) {
    const job = await jobOf(jobId);
    if (isReached(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const isEnded = ({ status }: JobResource): boolean => ['completed', 'failed', 'cancelled'].includes(status);

const reviewOf = async (jobId: string): Promise<ReviewResource> => {
  for (;;) {
    const { body } = await call<{ data: ReviewResource[] }>('GET', '/admin/reviews?limit=200');
    const found = body.data.find(({ job_id: id }) => id === jobId);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const decide = ({ id }: ReviewResource, decision: string, note?: string) =>
  call<ReviewResource & Pick<Problem, 'code'>>('POST', `/admin/reviews/${id}`, { decision, ...(note && { note }) });

const held = async (name: string, options: Options = {}) => {
  const { status, body } = await convert(name, options);
  expect({ status, is: body.status }, JSON.stringify(body)).toEqual({ status: 202, is: 'held' });
  return body;
};
const kindsOf = async (jobId: string) => {
  const { body } = await call<{ data: { type: string; data: { kind?: string } }[] }>(
    'GET',
    `/v1/jobs/${jobId}/history`,
  );
  return body.data.filter(({ type }) => type === 'TaskCompleted').map(({ data }) => data.kind);
};

describe('what nobody objects to', () => {
  it('is done, after frames from all over it were looked at', async () => {
    const before = moderator.asked.length;
    const { status, body } = await convert('blue.mp4');
    expect({ status, is: body.status }).toEqual({ status: 200, is: 'completed' });
    const asked = moderator.asked.slice(before);
    const times = asked.map(({ frame }) => frame.time_seconds).toSorted((a, b) => a - b);
    expect(times).toHaveLength(5);
    expect([times[0]! < 0.7, times[4]! > 4.5]).toEqual([true, true]);
    expect(asked.every(({ job_id, input }) => job_id === body.job_id && input === 'source')).toBe(true);
    expect(await kindsOf(body.job_id)).toEqual(['sample', 'moderate', 'operation', 'publish']);
  });

  it('sound has nothing to look at, and a plan shows nobody anything', async () => {
    const before = moderator.asked.length;
    const sound = { input_url: await upload('tone.wav') };
    expect((await call<JobResource>('POST', '/v1/probe', { url: sound.input_url }, { prefer: wait })).body.status).toBe(
      'completed',
    );
    const plan = { input_url: await upload('red.mp4'), output_format: 'mkv' };
    expect((await call('POST', '/v1/transcode?dry_run=true', plan)).status).toBe(200);
    expect(moderator.asked.length).toBe(before);
  });
});

describe('what is plain', () => {
  it('is refused with 451 while the caller waits, and leaves a failed job', async () => {
    const { status, headers, body } = await convert('red.mp4');
    expect({ status, code: body.code }).toEqual({ status: 451, code: 'content_blocked' });
    expect(headers.get('content-type')).toContain('application/problem+json');
    const job = await jobOf(body.job_id);
    expect(job).toMatchObject({ status: 'failed', outputs: [], error: { code: 'content_blocked', retryable: false } });
    expect(await kindsOf(job.job_id)).toEqual(['sample', 'moderate']);
  });

  it('is found in a file that ends before it says it does', async () => {
    const { status, body } = await convert('half.mkv');
    expect({ status, code: body.code }, JSON.stringify(body)).toEqual({ status: 451, code: 'content_blocked' });
  });

  it('is found in a file whose clock starts anew, in which nothing can be sought', async () => {
    const { status, body } = await convert('twice.ts');
    expect({ status, code: body.code }, JSON.stringify(body)).toEqual({ status: 451, code: 'content_blocked' });
  });

  it('is refused on the paths of old, too', async () => {
    const body = { url: await upload('red.mp4') };
    const { status, body: problem } = await call<Problem>('POST', '/probe/from-urls', body);
    expect({ status, code: problem.code }).toEqual({ status: 451, code: 'content_blocked' });
  });

  it('is found in a file that does not say how long it is', async () => {
    const { status, body } = await convert('live.webm');
    expect({ status, code: body.code }).toEqual({ status: 451, code: 'content_blocked' });
  });

  it('fails the job of a caller who does not wait', async () => {
    const { status, body } = await convert('red.mp4', { prefer: 'respond-async' });
    expect(status).toBe(202);
    expect((await until(body.job_id, isEnded)).error?.code).toBe('content_blocked');
  });
});

describe('what is doubtful', () => {
  it('is held, shown with its frames, and done when it is approved', async () => {
    const { job_id: jobId, held_reason: reason } = await held('flash.mp4');
    expect(reason).toBe('moderation_review');
    const review = await reviewOf(jobId);
    expect(review).toMatchObject({ status: 'open', reason: 'moderation_review', operation: 'transcode' });
    expect(review.labels[0]).toMatchObject({ name: 'red', confidence: 0.97 });
    expect(review.frames).toHaveLength(5);
    expect(review.labels[0]?.frames).toEqual([2]);
    const frame = await call<Uint8Array>('GET', review.frames[2]?.url ?? '');
    expect(frame.headers.get('content-type')).toBe('image/jpeg');
    expect([...frame.body.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    const approved = await decide(review, 'approve', 'it is a sunset');
    expect(approved).toMatchObject({ status: 200, body: { status: 'approved', note: 'it is a sunset' } });
    const audited = await call<{ data: object[] }>('GET', '/admin/audit-log?event_type=review.decided');
    expect(audited.body.data[0]).toMatchObject({
      actor: 'key_admin',
      resource_id: review.id,
      details: { job_id: jobId, decision: 'approve', note: 'it is a sunset' },
    });
    const done = await until(jobId, isEnded);
    expect(done).toMatchObject({ status: 'completed', held_reason: null });
    expect(done.outputs).toHaveLength(1);
    const told = Buffer.from((await call<Uint8Array>('GET', `/v1/jobs/${jobId}/events`)).body).toString();
    const order = [...told.matchAll(/^event: (Job\w+)$/gm)].map(([, type]) => type);
    expect(order).toEqual(['JobAccepted', 'JobHeld', 'JobReleased', 'JobCompleted']);
  });

  it('fails when it is rejected; the first decision counts', async () => {
    const { job_id: jobId } = await held('green.png', {});
    const review = await reviewOf(jobId);
    const answers = await Promise.all([decide(review, 'reject'), decide(review, 'approve'), decide(review, 'reject')]);
    const statuses = answers.map(({ status }) => status).toSorted();
    const isRejected = answers[0].status === 200;
    expect(statuses).toEqual(isRejected ? [200, 200, 409] : [200, 409, 409]);
    const job = await until(jobId, isEnded);
    if (isRejected) expect(job).toMatchObject({ status: 'failed', error: { code: 'content_blocked' } });
    const [first, second] = [await decide(review, 'reject'), await decide(review, 'approve')];
    expect([first.status, second.status].toSorted()).toEqual([200, 409]);
    expect([first, second].find(({ status }) => status === 409)?.body.code).toBe('review_already_decided');
  });

  it('takes no place of its key while it waits', async () => {
    const { body: key } = await call<{ id: string; api_key: string }>('POST', '/admin/api-keys', {
      name: 'one at a time',
    });
    await call('PUT', `/admin/api-keys/${key.id}/quota`, { max_concurrent_jobs: 1 });
    const waiting = await held('flash.mp4', { key: key.api_key });
    expect((await convert('blue.mp4', { key: key.api_key })).body.status).toBe('completed');
    await decide(await reviewOf(waiting.job_id), 'approve');
    expect((await until(waiting.job_id, isEnded)).status).toBe('completed');
  });

  it('can be cancelled: there is nothing left to decide', async () => {
    const { job_id: jobId } = await held('flash.mp4');
    const review = await reviewOf(jobId);
    expect((await call('POST', `/v1/jobs/${jobId}/cancel`)).status).toBeLessThan(300);
    expect(await jobOf(jobId)).toMatchObject({ status: 'cancelled', held_reason: null });
    const late = await decide(review, 'approve');
    expect({ status: late.status, code: late.body.code }).toEqual({ status: 409, code: 'review_withdrawn' });
    expect((await reviewOf(jobId)).status).toBe('withdrawn');
  });

  it('is shown to nobody without the right to decide', async () => {
    const { job_id: jobId } = await held('flash.mp4');
    const review = await reviewOf(jobId);
    const { body: key } = await call<{ api_key: string }>('POST', '/admin/api-keys', { name: 'developer' });
    const paths = ['/admin/reviews', review.frames[0]?.url ?? ''];
    for (const path of paths) expect((await call('GET', path, undefined, { key: key.api_key })).status).toBe(403);
    await decide(review, 'reject');
    expect((await until(jobId, isEnded)).error?.code).toBe('content_blocked');
  });
});

describe('without an answer', () => {
  it('a job is held, and goes on when somebody approves', async () => {
    moderator.isDown = true;
    const job = await held('blue.mp4');
    moderator.isDown = false;
    expect(job.held_reason).toBe('moderation_unavailable');
    const review = await reviewOf(job.job_id);
    expect(review).toMatchObject({ reason: 'moderation_unavailable', labels: [] });
    expect(review.frames).toHaveLength(5);
    await decide(review, 'approve');
    expect((await until(job.job_id, isEnded)).status).toBe('completed');
  });
});

describe('a start over', () => {
  it('finds jobs held as they were, and what is off asks nobody', async () => {
    const [first, second] = [await held('flash.mp4'), await held('flash.mp4')];
    await platform.stop();
    platform = await start();
    expect(await jobOf(first.job_id)).toMatchObject({ status: 'held', held_reason: 'moderation_review' });
    await decide(await reviewOf(first.job_id), 'approve');
    expect((await until(first.job_id, isEnded)).status).toBe('completed');

    await platform.stop();
    platform = await start({ ENABLE_CONTENT_MODERATION: 'false' });
    const before = moderator.asked.length;
    const { body } = await convert('red.mp4');
    expect(body.status).toBe('completed');
    expect(await kindsOf(body.job_id)).toEqual(['operation', 'publish']);
    expect(moderator.asked.length).toBe(before);
    await decide(await reviewOf(second.job_id), 'reject');
    expect((await until(second.job_id, isEnded)).error?.code).toBe('content_blocked');
  });
});
