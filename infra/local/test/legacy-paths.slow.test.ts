import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { form, post, shapeOf } from './legacy-client.ts';
import { call, clip, dir, eventually, fileId, originUrl, upload, url } from './testbed.ts';

const picture = join(dir, 'picture.png');
execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-frames:v', '1', picture]);
const tone = join(dir, 'tone.wav');
execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'sine=d=1', tone]);

const small = { width: 160, height: 90, fps: 25 };
const clipUrl = (): string => `${originUrl}/clip.mp4`;

/** Every path that answers with a film: how it is called, and what comes back. */
const films: readonly {
  readonly path: string;
  readonly body: () => unknown;
  readonly film: { readonly seconds: number; readonly size: string; readonly sounds: number };
}[] = [
  {
    path: '/image/to-mp4-loop?duration=1',
    body: () => form({ file: [picture, 'image/png'] }),
    film: { seconds: 1, size: '64x48', sounds: 0 },
  },
  {
    path: '/compose/from-binaries?width=160&height=90&fps=25&duration_ms=1000',
    body: () => form({ video: [clip, 'video/mp4'], audio: [tone, 'audio/wav'], bgm: [tone, 'audio/wav'] }),
    film: { seconds: 1, size: '160x90', sounds: 1 },
  },
  {
    path: '/compose/from-urls',
    body: () => ({ video_url: clipUrl(), bgm_url: fileId, loop_bgm: true, duration: '1.5', ...small }),
    film: { seconds: 1.5, size: '160x90', sounds: 1 },
  },
  {
    path: '/compose/from-tracks',
    body: () => ({
      tracks: [
        { id: 'a', type: 'video', keyframes: [{ url: clipUrl(), timestamp: 500, duration: 1000 }] },
        { id: 'b', type: 'audio', keyframes: [{ url: fileId, duration: 1000 }] },
      ],
      ...small,
    }),
    film: { seconds: 1.5, size: '160x90', sounds: 1 },
  },
  {
    path: '/video/concat-from-urls',
    body: () => ({ clips: [fileId, clipUrl()], ...small }),
    film: { seconds: 4, size: '160x90', sounds: 1 },
  },
  {
    path: '/video/concat',
    body: () => ({ urls: [fileId], ...small }),
    film: { seconds: 2, size: '160x90', sounds: 1 },
  },
];

describe('paths of FFAPI 1 that answer with a film', () => {
  it.each(films)('$path', async ({ path, body, film }) => {
    const made = await post(path, body());
    expect(made.status, made.bytes.toString('utf8').slice(0, 500)).toBe(200);
    expect(made.headers.get('content-type')).toBe('video/mp4');
    expect(shapeOf(made.bytes)).toEqual(film);
    expect(made.headers.get('x-job-id')).toMatch(/^job_/);
    expect(made.headers.get('x-job-status-url')).toBe(`/jobs/${made.headers.get('x-job-id')}`);
    const linked = await fetch(made.headers.get('x-file-url') ?? '');
    expect(Buffer.from(await linked.arrayBuffer()).equals(made.bytes)).toBe(true);
    const json = await post(`${path}${path.includes('?') ? '&' : '?'}as_json=true`, body());
    const answer = JSON.parse(json.bytes.toString('utf8')) as Record<string, unknown>;
    expect(Object.keys(answer)).toEqual(['ok', 'file_url', 'path', 'job_id', 'job_status_url']);
    expect(answer.ok).toBe(true);
  });

  it('start a job at once under /async', async () => {
    const asked = { video_url: clipUrl(), ...small };
    for (const [path, body] of [
      ['/compose/from-urls/async', asked],
      ['/video/concat-from-urls/async', { clips: [fileId], ...small }],
    ] as const) {
      const { status, body: answer } = await call<{ job_id: string; status_url: string }>('POST', path, body);
      expect(status).toBe(200);
      expect(answer.status_url).toBe(`/jobs/${answer.job_id}`);
      const record = await eventually(async () => {
        const { body: shown } = await call('GET', answer.status_url);
        return shown.status === 'finished' ? shown : null;
      });
      expect(record).toMatchObject({
        job_id: answer.job_id,
        progress: 100,
        status_code: 200,
        error: null,
        result: {
          file_url: expect.stringContaining('/files/'),
          path: expect.stringMatching(/^\/files\//),
          rel: expect.not.stringMatching(/^\//),
        },
      });
      expect((await call<string>('GET', `${answer.status_url}/log`)).status).toBe(200);
      const over = await call<Problem>('POST', `${answer.status_url}/kill`);
      expect([over.status, over.body.code]).toEqual([400, 'job_not_running']);
    }
  });

  it('kill what runs', async () => {
    const { body } = await call<{ job_id: string }>('POST', '/compose/from-urls/async', {
      video_url: clipUrl(),
      width: 3840,
      height: 2160,
      fps: 240,
    });
    expect((await call('POST', `/jobs/${body.job_id}/kill`)).body).toMatchObject({ ok: true, status: 'killed' });
    expect((await call('GET', `/jobs/${body.job_id}?format=json`)).body).toMatchObject({ status: 'killed' });
  });
});

/** What is refused, with the status and the word of old. */
const refusals: readonly (readonly [string, () => unknown, number, string])[] = [
  ['/image/to-mp4-loop', () => form({ file: [clip, 'video/mp4'] }), 415, 'media_type_not_supported'],
  ['/image/to-mp4-loop?duration=0', () => form({ file: [picture, 'image/png'] }), 400, 'invalid_request'],
  ['/image/to-mp4-loop?duration=3601', () => form({ file: [picture, 'image/png'] }), 400, 'invalid_request'],
  ['/compose/from-binaries', () => form({ video: [tone, 'audio/wav'] }), 400, 'media_type_not_supported'],
  ['/compose/from-binaries', () => form({ audio: [tone, 'audio/wav'] }), 422, 'input_required'],
  ['/compose/from-binaries?bgm_volume=6', () => form({ video: [clip, 'video/mp4'] }), 422, 'invalid_request'],
  ['/compose/from-urls', () => ({ ...small }), 422, 'input_required'],
  ['/compose/from-urls', () => ({ video_url: fileId, width: 8000 }), 422, 'invalid_request'],
  ['/compose/from-urls', () => ({ video_url: fileId, fps: 241 }), 422, 'invalid_request'],
  ['/compose/from-urls', () => ({ video_url: fileId, duration: 3601 }), 422, 'invalid_request'],
  ['/compose/from-urls', () => ({ video_url: 'file:///etc/passwd' }), 422, 'invalid_request'],
  [
    '/compose/from-tracks',
    () => ({ tracks: [{ id: 'a', type: 'audio', keyframes: [{ url: fileId, duration: 5 }] }] }),
    400,
    'input_required',
  ],
  [
    '/compose/from-tracks',
    () => ({ tracks: [{ id: 'a', type: 'video', keyframes: [{ url: fileId, duration: 0 }] }] }),
    400,
    'input_required',
  ],
  ['/video/concat', () => ({ ...small }), 422, 'input_required'],
  ['/video/concat', () => ({ clips: Array.from({ length: 101 }, () => fileId) }), 422, 'invalid_request'],
  ['/probe/from-urls', () => ({ url: `${originUrl}/page.mp4` }), 500, 'ffprobe_failed'],
];

describe('requests that are refused', () => {
  it.each(refusals)('%s %#', async (path, body, status, code) => {
    const made = await post(path, body());
    expect([made.status, (JSON.parse(made.bytes.toString('utf8')) as Problem).code]).toEqual([status, code]);
  });
});

describe('probes', () => {
  it('give ffprobe’s JSON of a URL, an upload and a stored file', async () => {
    const byUrl = await call('POST', '/probe/from-urls', { url: clipUrl(), show_streams: false });
    expect([byUrl.status, Object.keys(byUrl.body)]).toEqual([200, ['format']]);
    const upper = await post('/probe/from-binary?count_packets=true', form({ file: [clip, 'video/mp4'] }));
    const { streams } = JSON.parse(upper.bytes.toString('utf8')) as { streams: { nb_read_packets: string }[] };
    expect(Number(streams[0]?.nb_read_packets)).toBe(50);
    await upload('public.mp4', readFileSync(clip));
    const stored = await eventually(async () => {
      const answer = await call('GET', '/probe/public?rel=public.mp4');
      return answer.status === 200 ? answer : null;
    });
    expect(stored?.body).toHaveProperty('format');
    expect((await call('GET', `/probe/public?rel=/files/${fileId}/clip.mp4`)).status).toBe(200);
  });

  it('refuse paths that climb, and say when nothing is there', async () => {
    const climbing = await call<Problem>('GET', '/probe/public?rel=../../etc/passwd');
    expect([climbing.status, climbing.body.code]).toEqual([403, 'path_refused']);
    const missing = await call<Problem>('GET', '/probe/public?rel=nothing.mp4');
    expect([missing.status, missing.body.code]).toEqual([404, 'file_not_found']);
  });
});

it('leads to the documentation, and tells of tools', async () => {
  for (const path of ['/docs', '/redoc']) {
    const response = await fetch(url + path, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/documentation']);
  }
  const { body: logs } = await call<{ data: { path: string }[] }>('GET', '/logs?page_size=5');
  expect(logs.data.length).toBeGreaterThan(0);
  expect((await call<string>('GET', `/logs/view?path=${logs.data[0]?.path}`)).body).toContain('attempt 1');
  expect((await call('GET', '/logs?page=200')).body.data).toEqual([]);
  expect((await call<Problem>('GET', '/logs/view?path=../../etc/passwd')).body.code).toBe('path_refused');
  expect((await call<Problem>('GET', '/logs/view?path=other')).body.code).toBe('job_not_found');
  expect((await call<string>('GET', '/ffmpeg')).body).toMatch(/ffmpeg \d/);
  expect((await call('GET', '/gpu/test')).body).toHaveProperty('status');
  const missing = await call<Problem>('GET', '/jobs/job_aaaa');
  expect([missing.status, missing.body.code]).toEqual([404, 'job_not_found']);
});
