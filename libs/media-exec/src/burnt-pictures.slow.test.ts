import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { h264 } from './fixtures/flash-and-beep.ts';
import { boxesAsPgs, withEnds } from './fixtures/picture-subtitles.ts';
import { convert, execOf, failureOf, file, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const black = (seconds = 5): string[] => ['-f', 'lavfi', '-i', `color=black:s=320x180:r=25:d=${seconds}`];
const tone = ['-f', 'lavfi', '-i', 'sine=d=5:r=48000'];
const times = [
  [1, 2],
  [3, 4],
] as const;
const canvas = { width: 720, height: 576 };
const place = { x: 225, y: 480, width: 270, height: 48 };
const boxes = await file('boxes.sup', boxesAsPgs(canvas, place, times));
// FFmpeg begins with the first picture, whenever that is.
const subtitles = ['-itsoffset', '1', '-i', boxes];
const encoded = [...h264, '-bf', '3', '-c:a', 'flac', '-c:s', 'copy'];

const bluray = await made(
  'bluray.mkv',
  ...black(),
  ...tone,
  ...subtitles,
  '-map',
  '0',
  '-map',
  '1',
  '-map',
  '2',
  ...encoded,
);
const endless = await made('endless.mkv', '-i', bluray, '-map', '0', '-c', 'copy', '-c:s', 'dvdsub');
const shortened = await file('dvd.mkv', withEnds(await readFile(endless), 1));
const dvd = await made('dvd.mkv', '-i', shortened, '-map', '0', '-c', 'copy', '-bsf:s', 'setts=duration=1000');
const television = await made('television.ts', '-i', dvd, '-map', '0', '-c:v', 'copy', '-c:a', 'mp2', '-c:s', 'dvbsub');

/** The mean light of a part of each picture, with its time. */
const lightsOf = async (path: string, crop: string): Promise<{ at: number; light: number }[]> => {
  const look = `crop=${crop},signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-`;
  const { stdout } = await promisify(execFile)(real.ffmpeg, [
    '-v',
    'error',
    '-i',
    path,
    '-vf',
    look,
    '-f',
    'null',
    '-',
  ]);
  return [...stdout.matchAll(/pts_time:(\S+)\s+\S+YAVG=(\S+)/g)].map(([, at, light]) => ({
    at: Number(at),
    light: Number(light),
  }));
};

/** When a box is seen and no longer seen, in its place in a picture of 320x180; nothing may change elsewhere. */
const seenIn = async (path: string): Promise<number[]> => {
  const inside = await lightsOf(path, '116:11:102:152');
  for (const crop of ['320:146:0:0', '96:180:0:0', '96:180:224:0'])
    for (const { light, at } of await lightsOf(path, crop)) expect(light, `${crop} at ${at}`).toBeLessThan(20);
  return inside.flatMap(({ at, light }, n) => (light > 200 === (inside[n - 1]?.light ?? 0) > 200 ? [] : [at]));
};

it.each([
  ['of a Blu-ray', bluray, 'hdmv_pgs_subtitle'],
  ['of a DVD', dvd, 'dvd_subtitle'],
  ['of television', television, 'dvb_subtitle'],
])('a track %s is drawn in its place, and in its time', async (_what, film, format) => {
  const { artifacts, result, warnings } = await convert(exec, film, { track: 0 }, { id: 'subtitles.burn_in' });
  const path = artifacts[0]?.path ?? '';
  const seen = await seenIn(path);
  // The pictures of a TS begin 10 ms behind its sound.
  const [{ at: first } = { at: 0 }] = await lightsOf(path, '2:2:0:0');
  expect(seen).toHaveLength(4);
  for (const [n, at] of times.flat().entries())
    expect(Math.abs((seen[n] ?? 0) - first - at), `${seen}`).toBeLessThan(0.045);
  expect(artifacts[0]?.media.durationMs).toBeGreaterThan(4_950);
  expect(artifacts[0]?.media.durationMs).toBeLessThan(5_080);
  expect(result).toMatchObject({ cues: 2, format });
  expect(warnings).toEqual([]);
});

it('a film that begins late, and whose first picture comes late, is drawn into at the same moments', async () => {
  const late = await file('late.sup', boxesAsPgs(canvas, place, [[1, 2]]));
  const offset = ['-itsoffset', '7', '-i', late];
  const film = await made(
    'late.mkv',
    '-itsoffset',
    '0.6',
    ...black(9),
    ...offset,
    '-map',
    '0',
    '-map',
    '1',
    ...encoded,
  );
  const { artifacts } = await convert(exec, film, { track: 0 }, { id: 'subtitles.burn_in' });
  expect(await seenIn(artifacts[0]?.path ?? '')).toEqual([expect.closeTo(6.4, 1), expect.closeTo(7.4, 1)]);
});

it('what stays behind the end of the film ends with it', async () => {
  const long = await file('long.sup', boxesAsPgs(canvas, place, [[1, 9]]));
  const film = await made(
    'short.mkv',
    ...black(3),
    '-itsoffset',
    '1',
    '-i',
    long,
    '-map',
    '0',
    '-map',
    '1',
    ...encoded,
  );
  const { artifacts, warnings } = await convert(exec, film, { track: 0, style: {} }, { id: 'subtitles.burn_in' });
  expect(await seenIn(artifacts[0]?.path ?? '')).toEqual([expect.closeTo(1, 1)]);
  expect(artifacts[0]?.media.durationMs).toBe(3_000);
  expect(warnings.join()).toContain('style is ignored');
});

it('text is drawn where a language has both', async () => {
  const words = await file('words.srt', '1\n00:00:01,000 --> 00:00:02,000\nWords\n');
  const maps = ['-map', '0', '-map', '1', '-metadata:s:s:0', 'language=ger', '-metadata:s:s:1', 'language=ger'];
  const both = await made('both.mkv', '-i', bluray, '-i', words, ...maps, '-c', 'copy');
  const { result } = await convert(exec, both, { language: 'de' }, { id: 'subtitles.burn_in' });
  expect(result).toMatchObject({ cues: 1, format: 'srt' });
  const extracted = convert(exec, both, { track: 0 }, { id: 'subtitles.extract' });
  expect((await failureOf(extracted)).code).toBe('subtitle_is_picture');
});
