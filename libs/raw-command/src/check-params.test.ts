import { checkParams as checkDeclared, operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { checkParams } from './check-params.ts';

const command = (ffmpeg_command: string) => ({
  input_files: { in: 'file_0001' },
  output_files: { out: 'out.mp4' },
  ffmpeg_command,
});
const task = (options: readonly string[]) => ({
  task: {
    inputs: [{ file_path: 'file_0001' }],
    filter_complex: '[0:v]hflip[v]',
    outputs: [{ file: 'out.mp4', options, maps: ['[v]'] }],
  },
});

describe('the parameters of hand-written commands', () => {
  it.each(['ffmpeg.command', 'ffmpeg.job'] as const)('%s: its examples are accepted', (id) => {
    expect(operations[id].examples.map(({ params }) => checkParams(id, params))).toEqual([[]]);
  });

  it('say where a command is refused, and why', () => {
    const reading = command('-i {{in}} -vf movie=x {{out}}');
    expect(checkParams('ffmpeg.command', reading)).toMatchObject([
      { pointer: '/ffmpeg_command', code: 'forbidden_filter', message: expect.stringContaining('movie') },
    ]);
    expect(checkParams('ffmpeg.job', task(['-report']))).toMatchObject([
      { pointer: '/task', code: 'forbidden_pattern' },
    ]);
  });

  it('are held to the rules of an installation, where it has some', () => {
    const plain = command('-i {{in}} -vf hflip,vflip {{out}}');
    expect(checkParams('ffmpeg.command', plain)).toEqual([]);
    expect(checkParams('ffmpeg.command', plain, { filtersMax: 1, needsLimit: false })).toMatchObject([
      { code: 'forbidden_filter' },
    ]);
    expect(checkParams('ffmpeg.job', task([]), { filtersMax: 9, needsLimit: true })).toMatchObject([
      { code: 'missing_limit' },
    ]);
  });

  it('are refused for their shape first', () => {
    const shapeless = { ...command('-f tee'), output_files: { '../out': 'x' } };
    expect(checkParams('ffmpeg.command', shapeless)).toEqual(checkDeclared('ffmpeg.command', shapeless));
    expect(checkParams('ffmpeg.command', shapeless)).not.toEqual([]);
  });
});

it('other parameters are what their contract says', () => {
  const params = { output_format: 'webm', video_codec: 'h264' };
  expect(checkParams('transcode', params)).toEqual(checkDeclared('transcode', params));
  expect(checkParams('transcode', params)).toMatchObject([{ code: 'codec_container_mismatch' }]);
});
