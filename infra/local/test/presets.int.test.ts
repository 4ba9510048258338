import type { PresetResource } from '@ffapi/contracts';
import { expect, it } from 'vitest';
import { call, done, expectProblem, fileId } from './testbed.ts';

const define = (fields: Record<string, unknown>, name = 'tiny') =>
  call<PresetResource>('POST', '/v1/presets', { name, fields });

it('keeps presets in versions, and fills in what a submit leaves out', async () => {
  const first = await define({ resolution: '240p', crf: 40, two_pass: false, output_format: 'mkv' });
  expect([first.status, first.body.version, first.body.built_in]).toEqual([201, 1, false]);
  expect((await define({ resolution: '240p', crf: 35, output_format: 'mkv' })).body.version).toBe(2);
  const { body: list } = await call<{ data: PresetResource[] }>('GET', '/v1/presets');
  expect(list.data.map(({ name }) => name)).toEqual([
    'web_optimized',
    'archive_quality',
    'mobile_friendly',
    'hls_streaming',
    'tiny',
  ]);
  const job = await done('/v1/transcode', { input_url: fileId, preset: 'tiny', crf: 45 });
  expect(job.params).toMatchObject({ resolution: '240p', crf: 45, output_format: 'mkv' });
  expect(job.outputs[0]?.name).toMatch(/\.mkv$/);
});

it('refuses what could never be carried out, names of the platform, and what is not there', async () => {
  expectProblem(await define({ output_format: 'webm', video_codec: 'h264' }), 422, 'codec_container_mismatch');
  expectProblem(await define({ crf: 99 }), 400, 'invalid_request');
  expectProblem(await define({}, 'web_optimized'), 409, 'preset_reserved');
  expectProblem(await call('POST', '/v1/transcode', { input_url: fileId, preset: 'nothing' }), 422, 'preset_unknown');
  expectProblem(await call('GET', '/v1/presets/nothing'), 404, 'preset_not_found');
});

it('forgets a preset that was deleted, and goes on counting', async () => {
  await define({ crf: 30 }, 'gone');
  expect((await call('DELETE', '/v1/presets/gone')).status).toBe(204);
  expectProblem(await call('DELETE', '/v1/presets/gone'), 404, 'preset_not_found');
  expect((await define({ crf: 30 }, 'gone')).body.version).toBe(2);
});
