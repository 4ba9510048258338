import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, file, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const cue = '1\n00:00:01,000 --> 00:00:02,000\nWords in the middle\n';
const english = await file('english.srt', '1\n00:00:00,000 --> 00:00:01,000\nElse\n');
const german = await file('german.srt', cue);
const film = await made(
  'tracks.mkv',
  ...'-f lavfi -i color=black:s=320x180:r=25:d=3'.split(' '),
  '-i',
  english,
  '-i',
  german,
  '-map',
  '0',
  '-map',
  '1',
  '-map',
  '2',
  ...h264,
  '-c:s',
  'srt',
  '-metadata:s:s:0',
  'language=eng',
  '-metadata:s:s:1',
  'language=ger',
);

/** The mean light of the picture at a time. */
const lightAt = async (path: string, seconds: number): Promise<number> => {
  const look = 'signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-';
  const argv = ['-v', 'error', '-ss', String(seconds), '-i', path, '-frames:v', '1', '-vf', look, '-f', 'null', '-'];
  const { stdout } = await promisify(execFile)(real.ffmpeg, argv);
  return Number(/YAVG=([\d.]+)/.exec(stdout)?.[1]);
};

it.each([{ language: 'de' }, { track: 1 }])('a track of the film is drawn into it: %j', async (params) => {
  const outcome = await convert(exec, film, { ...params, style: { font_size: 40 } }, { id: 'subtitles.burn_in' });
  const path = outcome.artifacts[0]?.path ?? '';
  const dark = await lightAt(path, 0.5);
  expect(await lightAt(path, 1.5)).toBeGreaterThan(dark + 2);
  expect(await lightAt(path, 2.5)).toBeCloseTo(dark, 1);
  expect(outcome.result).toMatchObject({ cues: 1 });
});
