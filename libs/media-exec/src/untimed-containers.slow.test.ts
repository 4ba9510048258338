import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { apart, beeps, beepsOf, flashes, flashesOf, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, failureOf, made, real } from './fixtures/scratch.ts';
import type { Params } from './fixtures/scratch.ts';

const exec = execOf();
const execute = promisify(execFile);

const targets: readonly Params[] = [
  { output_format: 'avi' },
  { output_format: 'avi', audio_codec: 'pcm' },
  { output_format: 'mpg' },
  { output_format: 'mxf' },
];

const inBrief = targets.filter(({ audio_codec }) => audio_codec === undefined);

/** The stream of pictures, decoded and counted. */
const pictureOf = async (path: string): Promise<Record<string, string>> => {
  const argv = ['-v', 'error', '-select_streams', 'v:0', '-count_frames', '-show_streams', '-of', 'json', path];
  return JSON.parse((await execute(real.ffprobe, argv)).stdout).streams[0];
};

/** How many of its packets lie between two keyframes, and the bits of its worst two seconds. */
const ratesOf = async (path: string, fps: number): Promise<{ apart: number[]; peak: number }> => {
  const argv = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=size,flags', '-of', 'csv=p=0', path];
  const packets = (await execute(real.ffprobe, argv)).stdout.trim().split('\n');
  const bits = packets.map((line) => Number.parseInt(line) * 8);
  const keys = packets.flatMap((line, n) => (line.includes('K') ? [n] : []));
  const windows = bits.map((_, n) => bits.slice(n, n + 2 * fps).reduce((sum, each) => sum + each, 0) / 2);
  return { apart: keys.slice(1).map((key, n) => key - (keys[n] ?? 0)), peak: Math.max(...windows) };
};

const uneven = "select='lt(mod(n,25),12)+gt(mod(n,7),2)+gt(n,98)'";
const noisy = await made('noisy.mkv', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4,noise=alls=12:allf=t', ...h264);
const whole = await apart('whole.mp4', {});
const shortSound = await apart('short.mp4', { seconds: 2.5 });

const convertedTo = async (film: string, params: Params): Promise<string> =>
  (await convert(exec, film, params)).artifacts[0]?.path ?? '';
const converted = await Promise.all(
  targets.map(async (target) => ({ target, path: await convertedTo(whole, target) })),
);

describe.each([
  ['whose sound begins late', await apart('late.mkv', { sound: 0.8 }), 4],
  ['whose picture begins late', await apart('late-picture.mkv', { picture: 0.8 }), 4.04],
  ['whose sound goes on', await apart('long.mp4', { pictureSeconds: 4, seconds: 5 }), 5],
  [
    'whose sound ends early',
    await made('early.mp4', '-i', whole, '-i', shortSound, '-map', '0:v', '-map', '1:a', '-c', 'copy'),
    4,
  ],
  [
    'of a variable rate',
    await made(
      'uneven.mkv',
      '-f',
      'lavfi',
      '-i',
      `${flashes(4)},${uneven}`,
      '-f',
      'lavfi',
      '-i',
      beeps(4),
      '-fps_mode',
      'vfr',
      ...h264,
      '-c:a',
      'flac',
    ),
    4,
  ],
])('a film %s', (_what, film, seconds) => {
  it.each(film.endsWith('long.mp4') ? targets : inBrief)('is whole and in time as %j', async (params) => {
    const { artifacts } = await convert(exec, film, params);
    const path = artifacts[0]?.path ?? '';
    const [seen, heard] = [await flashesOf(path), await beepsOf(path)];
    for (const [n, at] of [1, 3].entries()) {
      expect(Math.abs((seen[n] ?? Infinity) - at), `flashes at ${seen}`).toBeLessThanOrEqual(0.045);
      if (at > 2.5 && film.endsWith('early.mp4')) continue;
      const apartMs = Math.round(1000 * ((heard[n] ?? Infinity) - (seen[n] ?? 0)));
      expect(Math.abs(apartMs), `flashes at ${seen}, beeps at ${heard}`).toBeLessThanOrEqual(20);
    }
    const media = artifacts[0]?.media;
    expect(Math.abs((media?.durationMs ?? 0) - seconds * 1000)).toBeLessThanOrEqual(40);
    const picture = await pictureOf(path);
    const [num = 0, den = 1] = (picture.r_frame_rate ?? '').split('/').map(Number);
    const shown = (Number(picture.nb_read_frames) * den) / num;
    const isHeld = params.output_format === 'mxf';
    expect(Math.abs(shown - (isHeld ? seconds : Math.min(seconds, 4.04)))).toBeLessThanOrEqual(0.045);
  });
});

describe('filters', async () => {
  const late = await apart('late.mkv', { sound: 0.8 });
  const grey = { type: 'grayscale' };
  const fast = { type: 'speed', params: { factor: 2 } };

  it.each([
    ['avi', [grey], 1],
    ['mpg', [grey], 1],
    ['mxf', [grey], 1],
    ['avi', [fast], 2],
    ['mpg', [fast], 2],
    ['mxf', [fast], 2],
  ])('write %s with %j in time', async (output_format, filters, factor) => {
    const { artifacts } = await convert(exec, late, { output_format, filters }, { id: 'video.filter' });
    const path = artifacts[0]?.path ?? '';
    const [seen, heard] = [await flashesOf(path), await beepsOf(path)];
    for (const [n, at] of [1, 3].entries()) {
      expect(Math.abs((seen[n] ?? Infinity) - at / factor), `flashes at ${seen}`).toBeLessThanOrEqual(0.085);
      const apartMs = Math.round(1000 * ((heard[n] ?? Infinity) - (seen[n] ?? 0)));
      expect(Math.abs(apartMs), `flashes at ${seen}, beeps at ${heard}`).toBeLessThanOrEqual(factor === 1 ? 20 : 35);
    }
    expect(Math.abs((artifacts[0]?.media.durationMs ?? 0) - 4000 / factor)).toBeLessThanOrEqual(60);
  });

  it('write a transport stream, too', async () => {
    const { artifacts } = await convert(exec, late, { output_format: 'ts', filters: [grey] }, { id: 'video.filter' });
    const { facts } = await exec.probe(artifacts[0]?.path ?? '');
    expect([facts.demuxer, facts.video[0]?.codec, facts.audio[0]?.codec]).toEqual(['mpegts', 'h264', 'aac']);
    expect(Math.abs((facts.audio[0]?.startMs ?? 0) - (facts.video[0]?.startMs ?? 0) - 800)).toBeLessThanOrEqual(40);
  });
});

describe('a picture', () => {
  const odd = ['-vf', 'format=yuva444p,scale=91:75,setsar=16/15', '-c:v', 'ffv1'];

  it.each([
    ['avi', 'mpeg4', 15, '15/1'],
    ['avi', 'mpeg4', '120000/1001', '120/1'],
    ['mpg', 'mpeg2video', 15, '30/1'],
    ['mxf', 'mpeg2video', '30000/1001', '30000/1001'],
  ])('of any rate, size and shape goes into %s as %s: %s', async (output_format, codec_name, rate, r_frame_rate) => {
    const film = await made('odd.mkv', '-f', 'lavfi', '-i', `testsrc2=s=91x75:r=${rate}:d=1`, ...odd);
    const { artifacts } = await convert(exec, film, { output_format });
    const size = { width: 98, height: 76, sample_aspect_ratio: '1:1' };
    expect(await pictureOf(artifacts[0]?.path ?? '')).toMatchObject({ codec_name, r_frame_rate, ...size });
  });

  it.each(['avi', 'mpg', 'mxf'])('keeps to a rate, a peak and an interval in %s', async (output_format) => {
    const capped = await convertedTo(noisy, { output_format, crf: 16, max_bitrate: '900k', keyframe_interval: 0.4 });
    const { apart: frames, peak } = await ratesOf(capped, 25);
    expect(Math.max(...frames)).toBeLessThanOrEqual(10);
    expect(peak).toBeLessThanOrEqual(900_000);
    expect(peak).toBeGreaterThan(600_000);
    const twice = await ratesOf(await convertedTo(noisy, { output_format, video_bitrate: '900k', two_pass: true }), 50);
    expect(Math.abs(twice.peak / 2 - 900_000)).toBeLessThan(90_000);
  });

  it('is finer with a lower crf', async () => {
    const sizes = await Promise.all(
      [18, 23, 28].map(async (crf) => (await convert(exec, noisy, { output_format: 'avi', crf })).artifacts[0]),
    );
    const [fine = 0, usual = 0, coarse = 0] = sizes.map((artifact) => artifact?.sizeBytes ?? 0);
    expect(fine).toBeGreaterThan(usual);
    expect(usual).toBeGreaterThan(coarse);
  });
});

describe('copies', () => {
  it.each(converted)('stay what they are on their way through $target', async ({ target, path }) => {
    const again = await convert(exec, path, target);
    expect(again.warnings.join()).toContain('is copied');
    const copy = again.artifacts[0]?.path ?? '';
    expect(await flashesOf(copy)).toEqual([expect.closeTo(1, 1), expect.closeTo(3, 1)]);
    expect(Number((await pictureOf(copy)).nb_read_frames)).toBe(100);
  });

  it.each([
    ['avi', { video_codec: 'copy' }, 'no times of its pictures'],
    ['mxf', { audio_codec: 'copy' }, 'cannot carry aac'],
  ])('that %s cannot hold are refused', async (output_format, params, why) => {
    const film = await made('old.mkv', '-i', whole, '-c:v', 'mpeg4', '-c:a', 'copy');
    const failure = await failureOf(convert(exec, film, { output_format, ...params }));
    expect(failure.code).toBe('codec_container_mismatch');
    expect(failure.message).toContain(why);
  });
});

it.each([
  ['video.filter', { filters: [{ type: 'grayscale', params: {} }] }],
  ['video.thumbnails', { count: 1 }],
] as const)('%s takes what was made', async (id, params) => {
  for (const { path } of converted.slice(1))
    expect((await convert(exec, path, params, { id })).artifacts).toHaveLength(1);
});
