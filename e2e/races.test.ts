import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from './descendants.ts';
import { Client, type Job } from './faults/client.ts';
import { cutClip } from './faults/clip.ts';
import { startOrigin, type Neighbour } from './faults/neighbours.ts';
import { startPlatform, type RunningPlatform } from './platform.ts';
import { framesOf } from './sse.ts';

const apiKey = 'key_of_the_races_0123456789';
const dir = mkdtempSync(join(tmpdir(), 'ffapi-races-'));
const dataDir = join(dir, 'data');
const clip = join(dir, 'clip.mp4');
/** Longer than any test waits, on any machine. */
const longEncode = {
  output_format: 'mp4',
  video_codec: 'h264',
  encoder_preset: 'veryslow',
  resolution: '4K',
};

let platform: RunningPlatform;
let url: string;
let client: Client;
let origin: Neighbour;
let fileId: string;

const start = async (): Promise<void> => {
  const env = {
    FFAPI_DATA_DIR: dataDir,
    PORT: '0',
    ADMIN_API_KEY: apiKey,
    ALLOW_PRIVATE_IPS: 'true',
    MIN_FREE_SPACE_MB: '0',
    LOG_LEVEL: 'warn',
  };
  platform = startPlatform(env, join(dir, 'platform.log'));
  url = await platform.ready;
  client = new Client(url, apiKey);
};

beforeAll(async () => {
  await cutClip(clip, 4);
  origin = await startOrigin(clip);
  await start();
  fileId = (await client.upload(clip, 'clip.mp4')) ?? '';
});

afterAll(async () => {
  await platform.end('SIGTERM');
  origin.close();
  rmSync(dir, { recursive: true, force: true });
});

const encoders = (): number => platform.pids.flatMap((pid) => descendants(pid, 'ffmpeg')).length;

const submit = async (path: string, body: Readonly<Record<string, unknown>>, wait = 0): Promise<Job> => {
  const answer = await client.call<Job>('POST', path, {
    body,
    headers: wait > 0 ? { prefer: `wait=${wait}` } : {},
  });
  expect(answer?.status).toBe(wait > 0 ? 200 : 202);
  return answer?.body as Job;
};

const historyOf = async (jobId: string): Promise<string[]> => {
  const answer = await client.call<{ data: { type: string }[] }>('GET', `/v1/jobs/${jobId}/history`);
  return answer?.body.data.map(({ type }) => type) ?? [];
};

/** Resolves when ffmpeg has told how far it is. */
const encoding = async (jobId: string): Promise<void> => {
  const enough = new AbortController();
  for await (const { event } of framesOf(`${url}/v1/jobs/${jobId}/events`, apiKey, { signal: enough.signal }))
    if (event === 'progress') return;
  throw new Error('the job ended before it made progress');
};

const fifty = <T>(ask: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 50 }, ask));

describe('fifty at a time', () => {
  it('makes one job of equal submits with one Idempotency-Key', async () => {
    const ask = { body: { url: fileId, metadata: { race: 'submit' } }, key: 'fifty-equal-submits' };
    const answers = await fifty(() => client.call<Job>('POST', '/v1/probe', ask));
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer?.body.job_id)).size).toBe(1);
    expect(answers.filter((answer) => answer?.headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    const probes = await client.jobs('&type=probe');
    expect(probes?.map(({ job_id }) => job_id)).toEqual([answers[0]?.body.job_id]);
  });

  it('cancels a job once', async () => {
    const { job_id: jobId } = await submit('/v1/probe', { url: `${origin.url}/endless.mp4` });
    const answers = await fifty(() => client.call<Job>('POST', `/v1/jobs/${jobId}/cancel`));
    expect(answers.map((answer) => [answer?.status, answer?.body.status])).toEqual(
      answers.map(() => [200, 'cancelled']),
    );
    expect((await historyOf(jobId)).filter((type) => type === 'JobCancelled')).toHaveLength(1);
  });

  it('makes one job of the retries of a failed one, and tells the others which', async () => {
    const failed = await submit('/v1/probe', { url: `${origin.url}/absent.mp4` }, 30);
    expect(failed.status).toBe('failed');
    const answers = await fifty(() =>
      client.call<Job & { retried_as: string }>('POST', `/v1/jobs/${failed.job_id}/retry`),
    );
    const winners = answers.filter((answer) => answer?.status === 202);
    expect(winners).toHaveLength(1);
    const losers = answers.filter((answer) => answer?.status === 409);
    expect(losers).toHaveLength(49);
    expect(new Set(losers.map((answer) => answer?.body.retried_as))).toEqual(new Set([winners[0]?.body.job_id]));
    expect((await historyOf(failed.job_id)).filter((type) => type === 'JobRetried')).toHaveLength(1);
  });
});

describe('an encode that is not let end', () => {
  it('is gone within three seconds of its cancel', async () => {
    const { job_id: jobId } = await submit('/v1/transcode', { input_url: fileId, ...longEncode });
    await encoding(jobId);
    await expect.poll(encoders).toBeGreaterThan(0);
    const startMs = performance.now();
    await client.call('POST', `/v1/jobs/${jobId}/cancel`);
    while (encoders() > 0 && performance.now() - startMs < 10_000) await delay(50);
    expect(performance.now() - startMs).toBeLessThan(3_000);
    expect(await historyOf(jobId)).not.toContain('TaskCompleted');
  });

  it('is handed back on SIGTERM and finished after a restart, without a failed attempt', async () => {
    const { job_id: jobId } = await submit('/v1/transcode', {
      input_url: fileId,
      output_format: 'mp4',
      video_codec: 'h264',
      encoder_preset: 'medium',
      resolution: '720p',
    });
    await encoding(jobId);
    const startMs = performance.now();
    expect(await platform.end('SIGTERM')).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(8_000);
    await start();
    for await (const { event } of framesOf(`${url}/v1/jobs/${jobId}/events`, apiKey))
      if (event === 'JobCompleted') break;
    const history = await historyOf(jobId);
    const count = (type: string): number => history.filter((each) => each === type).length;
    // Two tasks, encode and publish; one more start for a task that was handed back. A fast machine is done in the grace time.
    expect(count('TaskStarted')).toBe(2 + count('TaskHandedBack'));
    expect(count('TaskFailed')).toBe(0);
    expect(history.at(-1)).toBe('JobCompleted');
  });
});

describe('an append that the store refuses', () => {
  it('is seen by nobody', async () => {
    const { job_id: jobId } = await submit('/v1/probe', { url: `${origin.url}/endless.mp4` });
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { event } of framesOf(`${url}/v1/jobs/${jobId}/events`, apiKey)) seen.push(event);
    })();
    while (!seen.includes('TaskStarted')) await delay(20);
    const { natsUrl } = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as {
      natsUrl: string;
    };
    const connection = await connect({ servers: natsUrl });
    const heard: string[] = [];
    connection.subscribe('evt.>', {
      callback: (_error, message) => void heard.push(message.subject),
    });
    const head = headers();
    head.set('Nats-Expected-Last-Subject-Sequence', '999999');
    const forged = {
      id: 'forged',
      version: 2,
      previousHash: '',
      occurredAt: new Date().toISOString(),
      correlationId: jobId,
      causationId: jobId,
      events: [{ type: 'JobFailed', version: 1, data: { jobId } }],
    };
    const reply = await connection.request(`evt.job.${jobId}`, JSON.stringify(forged), {
      headers: head,
      timeout: 5_000,
    });
    expect(reply.json()).toMatchObject({ error: { err_code: 10071 } });
    // The forged message did travel: whoever listens to plain NATS is told of it.
    expect(heard).toContain(`evt.job.${jobId}`);
    await connection.close();
    await client.call('POST', `/v1/jobs/${jobId}/cancel`);
    await watching;
    expect(seen).not.toContain('JobFailed');
    expect(seen.at(-1)).toBe('JobCancelled');
    expect((await client.job(jobId))?.status).toBe('cancelled');
  });
});
