import { problem, type JobResource } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { call, expectProblem, fileId, remux } from './testbed.ts';

describe('what is refused', () => {
  it('comes with the hint that job errors have', async () => {
    const answers = [
      await call('GET', '/nowhere'),
      await call('GET', '/v1/jobs/job_0000'),
      await call('GET', '/v1/jobs', undefined, { 'x-api-key': 'wrong' }),
      await call('POST', '/v1/transcode', '{'),
      await call('GET', '/v1/jobs?limit=0'),
    ];
    for (const { body } of answers) expect(body.hint).toMatch(/^\S.*\S$/);
    expect(answers[0]?.body.hint).toBe('Check the path and the id.');
  });

  it('names the parameter of a query', async () => {
    const { errors } = expectProblem(await call('GET', '/v1/jobs?limit=0&nothing=1'), 400, 'invalid_request');
    expect(errors).toMatchObject([
      { pointer: '/query/limit', parameter: 'limit' },
      { pointer: '/query/nothing', parameter: 'nothing', code: 'unknown_field' },
    ]);
    const cursor = expectProblem(await call('GET', '/v1/jobs?cursor=nonsense'), 400, 'invalid_request');
    expect(cursor.errors).toMatchObject([{ parameter: 'cursor' }]);
  });

  it.each([
    ['/v1/transcode', { crff: 20 }, '/crff', 'crf'],
    ['/v1/transcode', { output_format: 'mp5' }, '/output_format', 'mp4'],
    ['/v1/transcode', { output_format: 'hls', ladder: [{ resolutoin: '720p' }] }, '/ladder/0/resolutoin', 'resolution'],
    ['/v1/video/filter', { filters: [{ type: 'vignete' }] }, '/filters/0/type', 'vignette'],
    ['/v1/transcode', { preset: 'web_optimised' }, '/preset', 'web_optimized'],
  ])('says what was meant: %s %j', async (path, body, pointer, suggestion) => {
    const answer = await call('POST', path, { input_url: fileId, ...body });
    const { errors } = problem.parse(answer.body);
    const error = errors?.find((each) => each.pointer === pointer);
    expect(error).toMatchObject({
      suggestion,
      message: expect.stringMatching(new RegExp(`did you mean ${suggestion}\\?$`)),
    });
  });

  it('says which of the states of a list was meant', async () => {
    const { errors } = expectProblem(await call('GET', '/v1/jobs?status=complete'), 400, 'invalid_request');
    expect(errors?.[0]?.message).toMatch(/queued.*did you mean completed\?$/);
  });

  it('names the presets there are, the file that was asked for, and the state of the job in public words', async () => {
    const { body: preset } = await call('POST', '/v1/transcode', { input_url: fileId, preset: 'nothing_such' });
    expect(JSON.stringify(preset)).toContain('fast, balanced, quality, web_optimized');
    const file = expectProblem(await call('GET', '/v1/files/file_0000'), 404, 'file_not_found');
    expect(file).toMatchObject({ file_id: 'file_0000', detail: 'There is no file file_0000.' });
    const input = expectProblem(
      await call('POST', '/v1/transcode', remux({ input_url: 'file_0000' })),
      404,
      'file_not_found',
    );
    expect(input).toMatchObject({ file_id: 'file_0000', errors: [{ pointer: '/input_url' }] });
    const { body: job } = await call<JobResource>('POST', '/v1/transcode', {
      input_url: fileId,
      output_format: 'mp4',
      video_codec: 'hevc',
      encoder_preset: 'veryslow',
    });
    const open = expectProblem(await call('POST', `/v1/jobs/${job.job_id}/retry`), 409, 'job_not_retryable');
    expect(open.job_status).toMatch(/^(queued|held|running)$/);
    await call('POST', `/v1/jobs/${job.job_id}/cancel`, {});
  });
});

describe('a known path with another method', () => {
  it.each([
    ['PUT', '/v1/jobs', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1/transcode', 'POST, OPTIONS'],
    ['PATCH', '/v1/files/file_0000', 'GET, HEAD, OPTIONS'],
  ])('%s %s is told what it takes', async (method, path, allow) => {
    const answer = await call(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(allow.split(', ')));
  });
});
