import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { convert, execOf, file, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();
const execute = promisify(execFile);

/** Squares that move, by 50 pictures a second, two of which are the fields of one; marked as such or not. */
const television = (name: string, ...mark: string[]): Promise<string> =>
  made(
    name,
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=720x576:r=50:d=3',
    '-vf',
    'interlace=scan=tff,setfield=prog',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-g',
    '25',
    ...mark,
  );
const [unmarked, marked] = await Promise.all([
  television('unmarked.mp4'),
  television('marked.mp4', '-x264-params', 'tff=1', '-flags', '+ildct+ilme'),
]);

/** How many of its pictures have the combs of two fields, as a share. */
const combed = async (path: string): Promise<number> => {
  const look = 'scale=720:576,idet,metadata=mode=print:key=lavfi.idet.single.current_frame:file=-';
  const { stdout } = await execute(real.ffmpeg, ['-v', 'error', '-i', path, '-vf', look, '-f', 'null', '-']);
  const kinds = [...stdout.matchAll(/current_frame=(\w+)/g)].map(([, kind]) => kind);
  return kinds.filter((kind) => kind === 'tff' || kind === 'bff').length / kinds.length;
};

const outputs = async (operation: OperationId, path: string, params: Readonly<Record<string, unknown>>) =>
  (await convert(exec, path, params, { id: operation })).artifacts.map((artifact) => artifact.path);

describe.each([
  ['that does not mark its fields', unmarked],
  ['that marks its fields', marked],
])('television %s', (_what, film) => {
  it('has combs', async () => {
    expect(await combed(film)).toBeGreaterThan(0.8);
  });

  it('has none behind an encoder, unless they are wanted', async () => {
    const [whole = ''] = await outputs('transcode', film, { preset: 'fast' });
    expect(await combed(whole)).toBeLessThan(0.1);
    const [left = ''] = await outputs('transcode', film, { preset: 'fast', deinterlace: 'off' });
    expect(await combed(left)).toBeGreaterThan(0.8);
  });

  const canvas = { width: 720, height: 576, fps: 25 };
  const onTrack = { url: 'file_aaaa', timestamp: 0, duration: 2_000 };
  it.each([
    ['video.filter', { filters: [{ type: 'grayscale' }] }, ['source']],
    ['subtitles.burn_in', {}, ['source']],
    ['video.concat', { clips: ['file_aaaa', 'file_aaaa'], ...canvas }, ['clips-0', 'clips-1']],
    ['compose.from_urls', canvas, ['video']],
    [
      'compose.from_tracks',
      { tracks: [{ id: 'a', type: 'video', keyframes: [onTrack] }], ...canvas },
      ['tracks-0-keyframes-0-url'],
    ],
  ] as const)('has none behind %s %j', async (operation, params, names) => {
    const cues = await file('cues.srt', '1\n00:00:00,100 --> 00:00:00,400\nHello\n');
    const subtitle: Record<string, string> = operation === 'subtitles.burn_in' ? { subtitle: cues } : {};
    const inputs = { ...Object.fromEntries(names.map((name) => [name, film])), ...subtitle };
    const { artifacts } = await runOn(exec, operation, params, inputs);
    expect(await combed(artifacts[0]?.path ?? '')).toBeLessThan(0.1);
  });

  it.each([
    ['video.thumbnails', { count: 3, method: 'uniform', width: 720, height: 576, format: 'png' }],
    ['video.thumbnails', { count: 2, method: 'smart', width: 720, height: 576, format: 'png' }],
    ['video.scenes', { thumbnail_width: 720 }],
  ] as const)('has none in the stills of %s %j', async (operation, params) => {
    const stills = await outputs(operation, film, params);
    expect(stills.length).toBeGreaterThan(0);
    for (const still of stills) expect(await combed(still), still).toBe(0);
  });
});

it('whole pictures of that size are left as they are', async () => {
  const argv = ['-f', 'lavfi', '-i', 'testsrc2=s=720x576:r=25:d=3', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'];
  const film = await made('whole.mp4', ...argv, '-preset', 'ultrafast');
  const outcome = await convert(exec, film, { output_format: 'mkv' });
  expect(outcome.warnings).toContain('the video stream already is what was asked for, and is copied');
});
