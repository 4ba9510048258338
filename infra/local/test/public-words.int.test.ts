import type { JobResource } from '@ffapi/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { apiKey, call, done, remux, url } from './testbed.ts';

interface Told {
  readonly type: string;
  readonly event: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

const metadata = { orderId: 7, inner: { myField: 'a' } };
let job: JobResource;
beforeAll(async () => {
  job = await done('/v1/transcode', remux({ metadata }));
});

const overStream = async (): Promise<Told[]> => {
  const response = await fetch(url + job.events_url, { headers: { 'x-api-key': apiKey } });
  const frames = (await response.text()).split('\n\n').filter((frame) => frame.startsWith('id: '));
  return frames.map((frame) => JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '') as Told);
};

const overSocket = async (): Promise<Told[]> => {
  const told: (Told & { readonly kind: string })[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/jobs/${job.job_id}/ws`, {
    headers: { 'x-api-key': apiKey },
  });
  socket.on('message', (data: Buffer) => told.push(JSON.parse(data.toString()) as Told & { kind: string }));
  await new Promise((resolve) => socket.on('close', resolve));
  return told.filter(({ kind }) => kind === 'event');
};

const inHistory = async (): Promise<Told[]> =>
  (await call<{ data: Told[] }>('GET', `/v1/jobs/${job.job_id}/history`)).body.data;

/** Every name in camelCase that has no twin beside it. */
const alone = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(alone);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    if (['params', 'metadata', 'result', 'plan'].includes(name)) return [];
    const twin = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [...(twin in value ? [] : [name]), ...alone(each)];
  });
};

describe.each([
  ['an event stream', overStream],
  ['a WebSocket', overSocket],
  ['a history', inHistory],
])('events of %s', (_, read) => {
  it('have the names that webhooks have, beside those of inner matters', async () => {
    const told = await read();
    expect(told.map(({ type, event }) => [type, event])).toEqual([
      ['JobAccepted', 'job.created'],
      ['TaskStarted', 'job.started'],
      ['TaskCompleted', null],
      ['TaskStarted', null],
      ['TaskCompleted', null],
      ['JobCompleted', 'job.completed'],
    ]);
  });

  it('have snake_case beside camelCase, and what clients named as it was', async () => {
    const told = await read();
    expect(told.at(-1)?.data).toMatchObject({
      job_id: job.job_id,
      jobId: job.job_id,
      outputs: [{ file_id: job.outputs[0]?.file_id, sizeBytes: job.outputs[0]?.size_bytes }],
    });
    expect(told[0]?.data.metadata).toEqual(metadata);
    expect(alone(told)).toEqual([]);
  });
});

it('workers have snake_case beside camelCase', async () => {
  const { body } = await call<{ data: Record<string, unknown>[] }>('GET', '/admin/workers');
  const { body: health } = await call<{ workers: Record<string, unknown>[] }>('GET', '/health/detailed');
  for (const workers of [body.data, health.workers]) {
    expect(workers.length).toBeGreaterThan(0);
    expect(alone(workers)).toEqual([]);
    for (const worker of workers) expect(worker.started_at).toBe(worker.startedAt);
  }
  expect(body.data.some(({ capabilities }) => 'ffmpeg_version' in (capabilities as object))).toBe(true);
});
