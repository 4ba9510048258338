import type { JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { apiKey, call, done, eventually, hooks, originUrl, remux, url } from './testbed.ts';

interface Shown {
  readonly percent: number;
  readonly stage: string;
}

const isRising = (percents: readonly number[]): boolean =>
  percents.every((percent, n) => n === 0 || percent >= (percents[n - 1] ?? 0));
const expectProgress = (percents: readonly number[]): void => {
  expect(isRising(percents), String(percents)).toBe(true);
  for (const percent of percents) expect(percent).toBe(Math.round(percent * 10) / 10);
};

const bySse = async (jobId: string): Promise<Shown[]> => {
  const response = await fetch(`${url}/v1/jobs/${jobId}/events`, { headers: { 'x-api-key': apiKey } });
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('event: progress'));
  return blocks.map((block) => JSON.parse(/^data: (.+)$/m.exec(block)?.[1] ?? '') as Shown);
};

const byWebSocket = async (jobId: string): Promise<Shown[]> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${jobId}/ws`, {
    headers: { 'x-api-key': apiKey },
  });
  const shown: Shown[] = [];
  await new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Shown & { kind: string };
      if (message.kind === 'progress') shown.push(message);
    });
    socket.on('close', resolve);
  });
  return shown;
};

const byPolling = async (jobId: string): Promise<number[]> => {
  const percents: number[] = [];
  for (;;) {
    const { body } = await call<JobResource>('GET', `/v1/jobs/${jobId}`);
    percents.push(body.progress.percent);
    if (body.completed_at !== null) return percents;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** From a URL, and slow enough to be watched: many pictures, of which the encoder keeps few before it hands on the first. */
const slow = (fields: Record<string, unknown> = {}) =>
  remux({
    input_url: `${originUrl}/clip.mp4`,
    output_format: 'mp4',
    video_codec: 'h264',
    audio_codec: 'aac',
    resolution: '1440p',
    fps: 100,
    encoder_preset: 'veryfast',
    ...fields,
  });

describe('the progress of a job', () => {
  it('is one percent that rises over fetching, encoding and publishing, whoever looks', async () => {
    await call('POST', '/webhooks/subscribe', { events: ['job.progress'], url: `${originUrl}/progress` });
    const { body: job } = await call<JobResource>('POST', '/v1/transcode', slow());
    const [sse, socket, polled] = await Promise.all([
      bySse(job.job_id),
      byWebSocket(job.job_id),
      byPolling(job.job_id),
    ]);
    for (const percents of [sse, socket].map((shown) => shown.map(({ percent }) => percent))) {
      expectProgress(percents);
      expect(percents.at(-1)).toBe(100);
    }
    expectProgress(polled);
    expect(polled.at(-1)).toBe(100);
    const encoding = sse.filter(({ percent }) => percent > 16 && percent < 96);
    expect(encoding.length, JSON.stringify(sse)).toBeGreaterThan(1);
    expect(sse.filter(({ stage, percent }) => stage === 'download' && percent > 16)).toEqual([]);
    const called = await eventually(async () => {
      const told = hooks.map(({ body }) => body as { event: string; data: { job_id: string; progress: Shown } });
      return told.find(({ event, data }) => event === 'job.progress' && data.job_id === job.job_id) ?? null;
    });
    expect(called?.data.progress.percent).toBeLessThanOrEqual(99);
    expectProgress([called?.data.progress.percent ?? -1]);
  });

  it('has a history that rises to 100', async () => {
    const { progress_history: history } = await done('/v1/transcode', slow());
    const percents = history.map(({ percent }) => percent);
    expectProgress(percents);
    expect(percents.at(-1)).toBe(100);
    expect(new Set(percents).size).toBe(percents.length);
  });

  it.each([
    ['/v1/video/thumbnails', () => ({ input_url: `${originUrl}/clip.mp4`, count: 3, sprite: {} })],
    [
      '/v1/video/concat',
      () => ({ clips: [`${originUrl}/clip.mp4`, `${originUrl}/clip.mp4?2`], width: 640, height: 360 }),
    ],
    ['/v1/audio/normalize', () => ({ input_url: `${originUrl}/clip.mp4`, output_format: 'wav' })],
  ])('ends at 100 for %s', async (path, body) => {
    const { body: job, status } = await call<JobResource>('POST', path, body());
    expect(status, JSON.stringify(job)).toBe(202);
    const percents = (await bySse(job.job_id)).map(({ percent }) => percent);
    expectProgress(percents);
    expect(percents.at(-1)).toBe(100);
  });
});
