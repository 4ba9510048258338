import { execFile } from 'node:child_process';
import type { PerfResult, Problem } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { apiKey, call, expectProblem, fileId, url } from './testbed.ts';

interface Run {
  readonly run_id: string;
  readonly passed: boolean;
  readonly results: PerfResult[];
}

const path = '/admin/perf-test/run';
const small = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  input: 'test_video_240p.mp4',
  operation: 'transcode',
  params: { codec: 'h264', crf: 30, preset: 'fast' },
  expected_fps: 1,
  max_duration_seconds: 120,
  ...more,
});

/** As the roadmap's pipeline does: exit status 22 when the answer is 400 or above. */
const curl = (body: unknown): Promise<number> =>
  new Promise((resolve) => {
    const argv = ['-sS', '-X', 'POST', url + path, '-H', `X-Admin-Key: ${apiKey}`, '--fail', '--data', '@-'];
    const child = execFile('curl', [...argv, '-H', 'content-type: application/json'], (error) =>
      resolve(error ? Number(error.code) : 0),
    );
    child.stdin?.end(JSON.stringify(body));
  });

it('passes, on a clip that the platform makes for itself', async () => {
  const { status, body } = await call<Run>('POST', path, { scenarios: [small('small')], rounds: 2 });
  expect(status, JSON.stringify(body)).toBe(200);
  const [result] = body.results;
  expect(result).toMatchObject({ verdict: 'passed', reasons: [], device: 'cpu', frames: 300, regression: false });
  expect(result?.rounds).toHaveLength(2);
  expect(result?.fps).toBeGreaterThan(1);
  expect(result?.duration_ms).toBe((result?.encode_ms ?? 0) + (result?.overhead_ms ?? 0));
  expect(result?.versions.ffmpeg).toBeTruthy();
  const { body: files } = await call<{ data: { name: string }[] }>('GET', '/v1/files');
  expect(files.data.map(({ name }) => name)).toContain('test_video_240p.mp4');
  expect(files.data.map(({ name }) => name)).not.toContain('test_video.avi');
});

it('makes curl --fail fail where a floor is missed, and only there', async () => {
  expect(await curl({ scenarios: [small('with curl', { input: fileId })] })).toBe(0);
  expect(await curl({ scenarios: [small('too fast', { input: fileId, expected_fps: 1e9 })] })).toBe(22);
});

it('answers a problem with the results in it', async () => {
  const answer = await call<Problem & Run>('POST', path, {
    scenarios: [
      small('floor', { input: fileId, expected_fps: 1e9 }),
      small('gpu', { params: { codec: 'hevc_nvenc' } }),
      small('nobody has it', { input: 'nothing.mp4' }),
    ],
  });
  expectProblem(answer, 424, 'perf_test_failed');
  expect(answer.body.results.map(({ verdict, reasons }) => [verdict, reasons[0]?.split(':')[0]])).toEqual([
    ['failed', 'fps_below_floor'],
    ['skipped', 'no_gpu'],
    ['failed', 'file_not_found'],
  ]);
});

it('runs once at a time, and goes on for a client that does not wait', async () => {
  const body = { scenarios: [small('behind', { input: fileId })], rounds: 2 };
  const first = await call<{ run_id: string; results_url: string }>('POST', path, body, { prefer: 'respond-async' });
  expect(first.status).toBe(202);
  expectProblem(await call('POST', path, body), 409, 'perf_test_running');
  const { promise, resolve } = Promise.withResolvers<PerfResult>();
  const look = async (): Promise<void> => {
    const { body: page } = await call<{ data: PerfResult[] }>('GET', first.body.results_url);
    if (page.data[0]) resolve(page.data[0]);
    else setTimeout(look, 50);
  };
  await look();
  expect(await promise).toMatchObject({ scenario: 'behind', verdict: 'passed', run_id: first.body.run_id });
});

it('lists the history, filtered, and as a table that is safe in a spreadsheet', async () => {
  await call('POST', path, { scenarios: [small('=1+1', { input: 'nothing.mp4' })] });
  const { body } = await call<{ data: PerfResult[] }>(
    'GET',
    '/admin/perf-test/results?scenario=%3D1%2B1&from=2001-01-01',
  );
  expect(body.data.map(({ verdict }) => verdict)).toEqual(['failed']);
  const csv = await call<string>('GET', '/admin/perf-test/results?format=csv');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect(csv.body).toContain(`'=1+1,failed,false`);
  const page = await call<{ data: unknown[]; next_cursor: string }>('GET', '/admin/perf-test/results?limit=1');
  expect(page.body.data).toHaveLength(1);
  const next = `/admin/perf-test/results?limit=1&cursor=${encodeURIComponent(page.body.next_cursor)}`;
  expect((await call<{ data: unknown[] }>('GET', next)).body.data).not.toEqual(page.body.data);
  expectProblem(await call('GET', '/admin/perf-test/results?cursor=x'), 400, 'invalid_request');
});

it('refuses who is not an admin, and what no job could do', async () => {
  const stranger = { 'x-api-key': 'somebody-else' };
  expectProblem(await call('POST', path, {}, stranger), 401, 'api_key_invalid');
  expectProblem(await call('GET', '/admin/perf-test/results', undefined, stranger), 401, 'api_key_invalid');
  const { errors } = expectProblem(
    await call('POST', path, { scenarios: [small('a', { params: { crf: 99 } })] }),
    400,
    'invalid_request',
  );
  expect(errors?.[0]?.pointer).toBe('/scenarios/0/params/crf');
  const secret = { params: { headers: { authorization: 'secret' } } };
  expectProblem(await call('POST', path, { scenarios: [small('b', secret)] }), 400, 'invalid_request');
});
