import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, folder, made, real, shortClip } from './fixtures/scratch.ts';
import type { RunOutcome } from './index.ts';

const exec = execOf('required');
const clip = await shortClip();

const audio = (path: string, id: OperationId, params: Readonly<Record<string, unknown>> = {}): Promise<RunOutcome> =>
  convert(exec, path, params, { id });

const painted = (name: string, graph: string, ...more: string[]): Promise<string> =>
  made(name, '-f', 'lavfi', '-i', graph, ...more);

/** What ffmpeg's filters say about the sound of a file, outside of the product. */
const said = async (path: string, graph: string): Promise<string> => {
  const argv = ['-nostats', '-i', path, '-map', '0:a:0', '-af', graph, '-f', 'null', '-'];
  return (await promisify(execFile)(real.ffmpeg, argv)).stderr;
};

const pathOf = (outcome: RunOutcome): string => outcome.artifacts[0]?.path ?? '';

describe('sound of every shape goes into every format', async () => {
  const narrow = await painted('narrow.wav', 'sine=f=300:d=1:r=8000');
  const wide = await painted('wide.wav', 'sine=f=300:d=1:r=96000', '-ac', '2', '-c:a', 'pcm_s24le');
  const around = await painted('around.wav', 'sine=f=300:d=1:r=48000', '-af', 'aformat=channel_layouts=5.1(side)');

  it.each([
    ['mp3', narrow, '512k'],
    ['opus', narrow, '512k'],
    ['ogg', narrow, '512k'],
    ['ogg', wide, '8k'],
    ['opus', wide, '8k'],
    ['m4a', around, '512k'],
    ['opus', around, '8k'],
    ['flac', around, '512k'],
  ])('%s of %s at %s', async (format, path, bitrate) => {
    const outcome = await audio(path, 'audio.extract', { format, bitrate });
    expect(outcome.artifacts[0]?.media.durationMs).toBeGreaterThan(950);
    expect(outcome.artifacts[0]?.media.durationMs).toBeLessThan(1_200);
  });

  it('and keeps 24 bits where it can', async () => {
    const outcome = await audio(wide, 'audio.process', { gain_db: -1 });
    expect(outcome.artifacts[0]).toMatchObject({ name: 'output.wav', media: { audioCodec: 'pcm_s24le' } });
  });
});

describe('a limiter', () => {
  it('leaves the channels of surround sound in their places', async () => {
    const levels = [0.4, 0.02, 0.1, 0.3, 0.05, 0.03];
    const exprs = levels.map((level, n) => `${level}*sin(2*PI*${200 + 50 * n}*t)`).join('|');
    const six = await painted('six.wav', `aevalsrc=exprs=${exprs}:c=5.1:s=48000:d=1`);
    const outcome = await audio(six, 'audio.process', { limiter: { ceiling_db: -1 }, output_format: 'wav' });
    const peaks = await said(pathOf(outcome), 'astats=measure_overall=none:measure_perchannel=Peak_level');
    const heard = [...peaks.matchAll(/Peak level dB: (-?[\d.]+)/g)].map(([, db]) => 10 ** (Number(db) / 20));
    expect(heard).toHaveLength(6);
    for (const [n, level] of levels.entries()) expect(heard[n]).toBeCloseTo(level, 2);
  });

  it('holds all of them', async () => {
    const exprs = [0.3, 0.2, 0.9, 0.1, 0.2, 0.6].map((level, n) => `${level}*sin(2*PI*${997 + 211 * n}*t)`).join('|');
    const six = await painted('loud.wav', `aevalsrc=exprs=${exprs}:c=5.1:s=48000:d=1`);
    const outcome = await audio(six, 'audio.process', {
      gain_db: 12,
      limiter: { ceiling_db: -6 },
      output_format: 'wav',
    });
    const peak = Number(/Peak:\s+(-?[\d.]+) dBFS/.exec(await said(pathOf(outcome), 'ebur128=peak=true'))?.[1]);
    expect(peak).toBeGreaterThan(-6.5);
    expect(peak).toBeLessThanOrEqual(-5.9);
  });
});

describe('a video', () => {
  it('keeps its picture, and its sound in time although that begins late', async () => {
    const late = await made(
      'late.mp4',
      '-i',
      clip,
      ...'-f lavfi -itsoffset 0.7 -i sine=f=440:d=1:r=48000 -map 0:v -map 1:a -c:v copy -c:a aac'.split(' '),
    );
    const outcome = await audio(late, 'audio.normalize', { target_lufs: -20 });
    expect(outcome.artifacts[0]).toMatchObject({ name: 'output.mp4', media: { videoCodec: 'h264', width: 320 } });
    const silence = await said(pathOf(outcome), 'aresample=async=1:first_pts=0,silencedetect=n=-40dB:d=0.3');
    expect(Number(/silence_end: ([\d.]+)/.exec(silence)?.[1])).toBeCloseTo(0.7, 1);
  });

  it('without sound is refused, and so is a cover picture alone', async () => {
    const mute = await made('mute.mp4', '-i', clip, '-an', '-c', 'copy');
    const picture = await painted('still.png', 'testsrc2=s=64x64:d=1', '-frames:v', '1');
    for (const path of [mute, picture])
      expect((await failureOf(audio(path, 'audio.analyze'))).code).toBe('media_no_audio_stream');
  });

  it('that is cut off is refused, not measured in part', async () => {
    const whole = await readFile(clip);
    const path = join(await folder(), 'cut.mp4');
    await writeFile(path, whole.subarray(0, Math.floor(whole.length / 2)));
    for (const id of ['audio.analyze', 'audio.normalize'] as const)
      expect((await failureOf(audio(path, id))).code, id).toBe('media_truncated');
  });
});

describe('a song with a cover', () => {
  it('stays a song', async () => {
    const song = await made(
      'song.mp3',
      ...'-f lavfi -i sine=f=440:d=2 -f lavfi -i testsrc2=s=64x64:d=1 -map 0 -map 1'.split(' '),
      ...'-frames:v 1 -c:v png -disposition:v attached_pic'.split(' '),
    );
    const outcome = await audio(song, 'audio.normalize', { target_lufs: -18 });
    expect(outcome.artifacts[0]).toMatchObject({ name: 'output.mp3', media: { audioCodec: 'mp3', videoCodec: null } });
    expect(outcome.stats).toMatchObject({ device: 'cpu' });
  });
});
