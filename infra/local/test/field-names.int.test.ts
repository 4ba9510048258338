import type { JobResource, Problem } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { call, done, fileId } from './testbed.ts';

it('runs what came under other names as what it means, and shows it so', async () => {
  const wave = await done('/v1/audio/waveform', { input: fileId, color: '#112233', output_format: 'png' });
  expect(wave.params).toMatchObject({ input_url: fileId, colour: '#112233', format: 'png' });
  expect(wave.outputs.map(({ content_type }) => content_type)).toEqual(['image/png']);
  const scenes = await done('/v1/video/scenes', { input: fileId });
  expect(scenes.params).toMatchObject({ video_url: fileId });
});

it('takes them as the same request where a key makes it one', async () => {
  const key = { 'idempotency-key': 'names-of-a-field' };
  const first = await call<JobResource>('POST', '/v1/probe?dry_run=true', { input: fileId }, key);
  const again = await call<JobResource>('POST', '/v1/probe?dry_run=true', { url: fileId }, key);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.status).toBe(first.status);
});

it('takes them in a preset', async () => {
  const fields = { output_format: 'mkv', ladder: undefined };
  const made = await call('POST', '/v1/presets', { name: 'named-otherwise', fields });
  expect(made.status).toBe(201);
  const body = { input: fileId, preset: 'named-otherwise', video_codec: 'copy', audio_codec: 'copy' };
  const job = await done('/v1/transcode', body);
  expect(job.outputs.map(({ content_type }) => content_type)).toEqual(['video/x-matroska']);
});

it.each<[string, string, Record<string, unknown>, number, string, string, string]>([
  [
    'two inputs',
    '/v1/video/scenes',
    { input: 'file_0000', video_url: 'file_0001' },
    422,
    'param_conflict',
    '/input',
    'input and video_url are names of the same field: give one.',
  ],
  [
    'two formats',
    '/v1/audio/mix',
    { tracks: [{ url: 'file_0000' }], format: 'wav', output_format: 'mp3' },
    422,
    'param_conflict',
    '/format',
    'format and output_format are names of the same field: give one.',
  ],
  ['no media', '/v1/video/scenes', { input: 'x' }, 400, 'invalid_request', '/input', 'must be an http(s) URL'],
  [
    'an address that is refused',
    '/v1/video/concat',
    { clips: [{ input: 'http://169.254.169.254/a' }], width: 320, height: 180 },
    422,
    'url_refused',
    '/clips/0/input',
    '',
  ],
])('%s: names the fields as they were sent', async (_, path, body, status, code, pointer, message) => {
  const refused = await call<Problem>('POST', path, body);
  expect(refused).toMatchObject({ status, body: { code } });
  expect(refused.body.errors).toMatchObject([{ pointer, message: expect.stringContaining(message) as string }]);
});

it('passes over them on paths that pass over what they do not know', async () => {
  const answer = await call<Problem>('POST', '/compose/from-urls', { input: fileId, width: 320, height: 180 });
  expect(answer).toMatchObject({ status: 422, body: { code: 'input_required' } });
});
