import { readFileSync } from 'node:fs';
import type { Problem } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { post, shapeOf } from './legacy-client.ts';
import { call, clip, fileId } from './testbed.ts';

describe('hand-written commands', () => {
  const trim = () => ({
    input_files: { film: fileId },
    output_files: { out: 'trimmed.mp4', still: 'still.png' },
    ffmpeg_command: 'ffmpeg -i {{film}} -t 1 -c copy {{out}} -vf scale=32:-2 -frames:v 1 {{still}}',
  });

  it('answer with the address of each output', async () => {
    const { status, body } = await call<{ ok: boolean; outputs: Record<string, string>; job_status_url: string }>(
      'POST',
      '/v1/run-ffmpeg-command',
      trim(),
    );
    expect({ status, ok: body.ok, names: Object.keys(body.outputs) }).toEqual({
      status: 200,
      ok: true,
      names: ['out', 'still'],
    });
    const film = await fetch(body.outputs.out ?? '');
    expect(shapeOf(Buffer.from(await film.arrayBuffer())).seconds).toBeCloseTo(1, 0);
    expect((await fetch(body.outputs.still ?? '')).headers.get('content-type')).toBe('image/png');
  });

  it('are jobs for who prefers one', async () => {
    const { status, body } = await call('POST', '/v1/run-ffmpeg-command', trim(), { prefer: 'respond-async' });
    expect([status, body.type]).toEqual([202, 'ffmpeg.command']);
    const twin = await call('POST', '/v1/run-ffmpeg-command/async', trim());
    expect(Object.keys(twin.body)).toEqual(['job_id', 'status_url']);
  });

  it('come in parts, and give the first file or JSON', async () => {
    const task = {
      inputs: [{ file_path: fileId, options: ['-t', '1'] }],
      filter_complex: '[0:v]hflip[v]',
      outputs: [{ file: 'flipped.mp4', options: ['-c:v', 'libx264'], maps: ['[v]'] }],
    };
    const film = await post('/v2/run-ffmpeg-job', { task });
    expect([film.status, film.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    expect(shapeOf(film.bytes)).toMatchObject({ sounds: 0, size: '320x180' });
    const { body } = await call('POST', '/v2/run-ffmpeg-job?as_json=true', { task });
    expect(body).toMatchObject({ ok: true, outputs: { 'flipped.mp4': expect.stringContaining('/files/') } });
    expect((await call('POST', '/v2/run-ffmpeg-job/async', { task })).body).toHaveProperty('status_url');
  });

  it.each([
    ['-i {{film}} -f tee {{out}}', 400, 'forbidden_pattern'],
    ['-i /etc/passwd {{out}}', 400, 'forbidden_pattern'],
    ['-i {{film}} -vf movie=x {{out}}', 400, 'forbidden_filter'],
    [`-i {{film}} -vf ${'hflip,'.repeat(10)}vflip {{out}}`, 400, 'forbidden_filter'],
    ['-i {{film}} "{{out}}', 400, 'invalid_command'],
    ['-i {{film}} -vf scale=w=nonsense {{out}}', 500, 'ffmpeg_failed'],
  ])('%s is refused', async (ffmpeg_command, status, code) => {
    const { status: answered, body } = await call<Problem>('POST', '/v1/run-ffmpeg-command', {
      ...trim(),
      output_files: { out: 'a.mp4' },
      ffmpeg_command,
    });
    expect([answered, body.code]).toEqual([status, code]);
    if (status === 500)
      expect(body).toMatchObject({ error: code, job_id: expect.stringMatching(/^job_/), log: expect.any(String) });
  });
});

describe('tempo', () => {
  it('answers as it did, and is listed', async () => {
    const asked = { input_url: fileId, tempo: 2, output_name: 'fast.wav' };
    const { status, body } = await call('POST', '/v1/audio/tempo', asked);
    expect([status, Object.keys(body)]).toEqual([
      200,
      ['status', 'job_id', 'tempo', 'input_size', 'output_file', 'download_url', 'processing_time'],
    ]);
    expect(body).toMatchObject({
      status: 'success',
      tempo: 2,
      output_file: 'fast.wav',
      input_size: readFileSync(clip).length,
    });
    const wave = Buffer.from(await (await fetch(String(body.download_url))).arrayBuffer());
    expect(shapeOf(wave)).toMatchObject({ seconds: 1, sounds: 1 });
    const shown = await call('GET', `/v1/audio/tempo/${String(body.job_id)}/status`);
    expect(shown.body).toMatchObject({ id: body.job_id, status: 'done', error: null });
    const list = await call<{ id: string }[]>('GET', '/v1/audio/tempo');
    expect(list.body[0]?.id).toBe(body.job_id);
    const bad = await call<Problem>('POST', '/v1/audio/tempo', { input_url: fileId, tempo: 3 });
    expect([bad.status, bad.body.code]).toEqual([422, 'invalid_request']);
    expect((await call<Problem>('GET', '/v1/audio/tempo/job_aaaa/status')).body.code).toBe('job_not_found');
  });
});
