import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { apart, beeps, beepsOf, flashes, flashesOf, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, file, made, real, runOn } from './fixtures/scratch.ts';
import type { Params, Paths } from './fixtures/scratch.ts';

const exec = execOf();

const run = async (operation: OperationId, params: Params, paths: Paths): Promise<string> =>
  (await runOn(exec, operation, params, paths)).artifacts[0]?.path ?? '';

/** Flash and beep belong together: 20 ms is less than anybody notices (EBU R37 allows 40 ms early, 60 ms late). */
const expectTogether = async (path: string, times: readonly number[], apartMsMax = 20): Promise<void> => {
  const [seen, heard] = [await flashesOf(path), await beepsOf(path)];
  const off = (found: readonly number[]) => times.map((time, n) => Math.round(((found[n] ?? Infinity) - time) * 1000));
  expect(seen.length, `${seen}`).toBe(times.length);
  for (const ms of off(seen)) expect(Math.abs(ms), `flashes at ${seen}`).toBeLessThanOrEqual(80);
  for (const [n, ms] of off(heard).entries())
    expect(Math.abs(ms - (off(seen)[n] ?? 0)), `flashes at ${seen}, beeps at ${heard}`).toBeLessThanOrEqual(apartMsMax);
};

/** The time of the first packet, as it stands in the first segment. */
const firstTime = async (main: string, stream: string): Promise<number> => {
  const argv = ['-v', 'error', '-select_streams', stream, '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', main];
  return Number.parseFloat((await promisify(execFile)(real.ffprobe, argv)).stdout);
};

const id = 'file_aaaa';
const canvas = { width: 320, height: 180, fps: 25 };

describe.each([
  ['whose sound begins late, in MKV', await apart('late.mkv', { sound: 0.8 })],
  ['whose sound begins late, in MP4', await apart('late.mp4', { sound: 0.8 })],
  ['whose sound begins late, in a transport stream', await apart('late.ts', { sound: 0.8 })],
  ['whose picture begins late', await apart('late.mkv', { picture: 0.8 })],
])('a film %s', (_what, film) => {
  it('stays in time when it is joined', async () => {
    const params = { clips: [id, id], ...canvas };
    await expectTogether(await run('video.concat', params, { 'clips-0': film, 'clips-1': film }), [1, 3, 5, 7]);
  });

  it('stays in time when it fades into another', async () => {
    const params = { clips: [id, id], ...canvas, crossfade: { duration: 0.2 } };
    await expectTogether(await run('video.concat', params, { 'clips-0': film, 'clips-1': film }), [1, 3, 4.8, 6.8]);
  });

  it('stays in time on a canvas', async () => {
    await expectTogether(await run('compose.from_urls', canvas, { video: film }), [1, 3]);
  });

  it('stays in time on a time line', async () => {
    const keyframes = [{ url: id, timestamp: 1000, duration: 4000 }];
    const params = { tracks: [{ id: 'a', type: 'video', keyframes }], ...canvas };
    await expectTogether(await run('compose.from_tracks', params, { 'tracks-0-keyframes-0-url': film }), [2, 4]);
  });

  it('stays in time at another speed', async () => {
    const params = { filters: [{ type: 'speed', params: { factor: 2 } }] };
    await expectTogether(await run('video.filter', params, { source: film }), [0.5, 1.5], 35);
  });

  it.each(['hls', 'dash'])('stays in time for players, by the times in its %s segments', async (format) => {
    const outcome = await convert(exec, film, { output_format: format });
    const bundle = outcome.artifacts[0]?.path ?? '';
    const main = join(bundle, format === 'hls' ? 'master.m3u8' : 'manifest.mpd');
    await expectTogether(main, [1, 3]);
    const [picture, sound] = [await firstTime(main, 'v:0'), await firstTime(main, 'a:0')];
    expect(Math.abs(picture - sound)).toBeLessThan(0.05);
  });
});

describe('a film whose sound goes on behind its picture', async () => {
  const film = await apart('long.mp4', { pictureSeconds: 4, seconds: 9 });

  it('is whole where it is joined, faded over and put on a canvas', async () => {
    const both = { 'clips-0': film, 'clips-1': film };
    const joined = await run('video.concat', { clips: [id, id], ...canvas }, both);
    expect((await exec.probe(joined)).facts.durationMs).toBe(18_000);
    expect((await beepsOf(joined)).slice(0, 8)).toEqual(
      [1, 3, 5, 7, 10, 12, 14, 16].map((at) => expect.closeTo(at, 1)),
    );
    const faded = await run('video.concat', { clips: [id, id], ...canvas, crossfade: { duration: 0.2 } }, both);
    expect((await exec.probe(faded)).facts.durationMs).toBe(17_800);
    const { facts } = await exec.probe(await run('compose.from_urls', canvas, { video: film }));
    expect([facts.durationMs, facts.video[0]?.durationMs]).toEqual([9_000, 9_000]);
  });

  it.each(['hls', 'dash'])('is whole for players of %s', async (output_format) => {
    const { artifacts } = await convert(exec, film, { output_format });
    expect(artifacts[0]?.media.durationMs).toBeGreaterThan(8_900);
    expect(artifacts[0]?.media.durationMs).toBeLessThan(9_100);
  });
});

it.each(['hls', 'dash'])('a film whose sound ends early is silent to its end in %s', async (output_format) => {
  const [whole, short] = [await apart('whole.mp4', {}), await apart('short.mp4', { seconds: 2.5 })];
  const film = await made('early.mp4', '-i', whole, '-i', short, '-map', '0:v', '-map', '1:a', '-c', 'copy');
  const { artifacts } = await convert(exec, film, { output_format });
  const main = join(artifacts[0]?.path ?? '', artifacts[0]?.main ?? '');
  const argv = ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', main];
  const times = (await promisify(execFile)(real.ffprobe, argv)).stdout.trim().split('\n').map(Number.parseFloat);
  expect(Math.max(...times)).toBeGreaterThan(3.9);
  expect(Math.max(...times)).toBeLessThan(4.1);
});

it('two recordings in one transport stream are as long as both', async () => {
  const one = await apart('one.ts', {});
  const both = await file('both.ts', Buffer.concat([await readFile(one), await readFile(one)]));
  expect((await exec.probe(both)).facts.durationMs).toBeGreaterThan(7_900);
  await expectTogether((await convert(exec, both, { resolution: '160x90' })).artifacts[0]?.path ?? '', [1, 3, 5, 7]);
  await expectTogether(await run('video.concat', { clips: [id], ...canvas }, { 'clips-0': both }), [1, 3, 5, 7]);
});

it('a recording of a browser, which does not say how long it is, moves on a time line', async () => {
  const said = await apart('said.mkv', {});
  const argv = ['-i', said, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-live', '1', '-f', 'webm'];
  const film = await made('recording.webm', ...argv);
  expect((await exec.probe(film)).facts.durationMs).toBeGreaterThan(3_900);
  const keyframes = [{ url: id, timestamp: 0, duration: 4000 }];
  const params = { tracks: [{ id: 'a', type: 'video', keyframes }], ...canvas };
  await expectTogether(await run('compose.from_tracks', params, { 'tracks-0-keyframes-0-url': film }), [1, 3]);
});

it('a film that begins later in its file begins at once', async () => {
  const film = await made('later.mkv', '-itsoffset', '5', '-i', await apart('now.mkv', {}), '-c', 'copy', '-copyts');
  await expectTogether(await run('compose.from_urls', canvas, { video: film }), [1, 3]);
  await expectTogether(
    await run('video.concat', { clips: [id, id], ...canvas }, { 'clips-0': film, 'clips-1': film }),
    [1, 3, 5, 7],
  );
  await expectTogether((await convert(exec, film, { resolution: '160x90' })).artifacts[0]?.path ?? '', [1, 3]);
});

/** When the pictures of a file are shown, in ms; the last item is the end of the last. */
const instantsOf = async (path: string): Promise<number[]> => {
  const argv = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path];
  const { stdout } = await promisify(execFile)(real.ffprobe, argv);
  const times = stdout
    .trim()
    .split('\n')
    .map((line) => Math.round(Number.parseFloat(line) * 1000));
  const { facts } = await exec.probe(path);
  return [...times.toSorted((a, b) => a - b), facts.durationMs ?? 0];
};

describe('a screen recording, whose rate falls from 60 to 10', async () => {
  const instants = 'if(lt(N,60),floor(N*1500+250*sin(N*2.3)),90000+floor((N-60)*9000+700*sin(N)))';
  const graph = `testsrc2=s=320x180:r=60:d=1.3334,settb=1/90000,setpts='${instants}'`;
  const fine = ['-fps_mode', 'passthrough', '-enc_time_base', '1/90000', '-frames:v', '80', ...h264];
  const film = await made('screen.mp4', '-f', 'lavfi', '-i', graph, ...fine, '-video_track_timescale', '90000');
  const expected = await instantsOf(film);

  it.each([
    ['mp4', 'h264'],
    ['mp4', 'hevc'],
    ['mkv', 'h264'],
    ['mkv', 'av1'],
    ['webm', 'vp9'],
  ])('keeps each picture at its instant in %s of %s', async (output_format, video_codec) => {
    const { artifacts } = await convert(exec, film, {
      output_format,
      video_codec,
      resolution: '160x90',
      preset: 'fast',
    });
    const found = await instantsOf(artifacts[0]?.path ?? '');
    expect(found).toHaveLength(expected.length);
    const isEnd = (n: number): boolean => n === expected.length - 1;
    for (const [n, ms] of found.entries())
      expect(Math.abs(ms - (expected[n] ?? 0)), `${n}: ${found}`).toBeLessThanOrEqual(isEnd(n) ? 100 : 17);
  });

  it.each(['mp4', 'mkv', 'webm'])('keeps its sound whole in %s', async (output_format) => {
    const uneven = ['-vf', 'settb=1/90000,select=lt(n\\,50)+not(mod(n\\,5))', '-fps_mode', 'passthrough', ...h264];
    const sources = ['-f', 'lavfi', '-i', flashes(4), '-f', 'lavfi', '-i', beeps(4)];
    const sounding = await made('sounding.mp4', ...sources, ...uneven, '-c:a', 'aac');
    const { artifacts } = await convert(exec, sounding, { output_format, resolution: '160x90', preset: 'fast' });
    const argv = [
      '-v',
      'error',
      '-i',
      artifacts[0]?.path ?? '',
      '-map',
      '0:a',
      '-ar',
      '48000',
      '-f',
      's16le',
      'pipe:1',
    ];
    const { stdout } = await promisify(execFile)(real.ffmpeg, argv, { encoding: 'buffer', maxBuffer: 1 << 24 });
    expect(Math.abs(stdout.length / 2 - 4 * 48_000)).toBeLessThan(2 * 1024);
    await expectTogether(artifacts[0]?.path ?? '', [1, 3], 60);
  });

  it('keeps them behind a filter, too', async () => {
    const params = { filters: [{ type: 'fade', params: { in: 0.1 } }] };
    expect(await instantsOf(await run('video.filter', params, { source: film }))).toHaveLength(expected.length);
  });
});

it.each(['mp4', 'mkv'])('the last picture of slides stays as long in %s', async (output_format) => {
  const slides = await made('slides.mkv', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=1:d=6', ...h264);
  const stays = [
    '-c',
    'copy',
    '-video_track_timescale',
    '1000',
    '-bsf:v',
    'setts=duration=if(eq(N\\,5)\\,4000\\,1000)',
  ];
  const film = await made('stays.mp4', '-i', slides, ...stays);
  expect((await exec.probe(film)).facts.durationMs).toBe(9_000);
  const { artifacts } = await convert(exec, film, { output_format, resolution: '160x90' });
  expect(artifacts[0]?.media.durationMs).toBe(9_000);
  const found = await instantsOf(artifacts[0]?.path ?? '');
  expect(found.slice(0, -1)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
});

it('a camera’s tracks of time code and positions are no obstacle to joining as it is', async () => {
  const argv = ['-i', await apart('plain.mp4', {}), '-c', 'copy', '-timecode', '01:00:00:00'];
  const film = await made('camera.mov', ...argv);
  const joined = await run('video.concat', { clips: [id, id], ...canvas }, { 'clips-0': film, 'clips-1': film });
  await expectTogether(joined, [1, 3, 5, 7]);
});
