import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pictureFacts } from './fixtures/colours.ts';
import { convert, execOf, failureOf, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const fast = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const film = await made('long.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=24:d=12', ...fast);

const outputOf = async (path: string, params: Readonly<Record<string, unknown>>): Promise<string> =>
  (await convert(exec, path, params)).artifacts[0]?.path ?? '';

const probed = async (...argv: string[]): Promise<string> =>
  (await promisify(execFile)(real.ffprobe, ['-v', 'error', ...argv])).stdout;

/** When the keyframes of a file are shown, in seconds. */
const keyframesOf = async (path: string): Promise<number[]> => {
  const entries = ['-select_streams', 'v:0', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0'];
  return (await probed(...entries, path))
    .split('\n')
    .filter((line) => line.includes('K'))
    .map((line) => Number.parseFloat(line));
};

describe('keyframes of a file', () => {
  it('come every five seconds at least', async () => {
    const times = [...(await keyframesOf(await outputOf(film, { crf: 35 }))), 12];
    for (const [n, time] of times.slice(1).entries()) expect(time - (times[n] ?? 0)).toBeLessThanOrEqual(5.01);
  });

  it.each(['h264', 'hevc', 'vp9', 'av1'])('come as often as they are asked for in %s', async (video_codec) => {
    const params = { output_format: 'mkv', video_codec, preset: 'fast', keyframe_interval: 1.5 };
    const times = await keyframesOf(await outputOf(film, params));
    for (const wanted of [0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5])
      expect(
        times.some((time) => Math.abs(time - wanted) < 0.05),
        `${wanted} in ${times}`,
      ).toBe(true);
  });
});

describe('what players must be able to decode', () => {
  it.each([
    ['h264', { profile: 'baseline', level: '3.0', tune: 'fastdecode' }, /Baseline/, 30],
    ['h264', { profile: 'main', level: '4.1', tune: 'film' }, /^Main$/, 41],
    ['h264', { tune: 'stillimage' }, /^High$/, null],
    ['hevc', { profile: 'main', level: '4', tune: 'grain' }, /^Main$/, 120],
    ['hevc', { profile: 'main10', level: '5.1' }, /^Main 10$/, 153],
  ])('is said in %s by %o', async (video_codec, fields, profile, level) => {
    const facts = await pictureFacts(await outputOf(film, { video_codec, preset: 'fast', ...fields }));
    expect(facts.profile).toMatch(profile);
    if (level !== null) expect(facts.level).toBe(level);
  });

  it('is refused where a frame is too large for it', async () => {
    const failure = await failureOf(convert(exec, film, { level: '3', resolution: '1280x720' }));
    expect(failure.code).toBe('param_conflict');
  });
});

describe('tags', async () => {
  const place = ['-metadata', 'location=+48.1374+011.5755/', '-metadata', 'com.apple.quicktime.make=Camera'];
  const title = ['-metadata', 'title=Holidays', '-metadata:s:a:0', 'language=ger'];
  const tone = ['-f', 'lavfi', '-i', 'sine=d=12'];
  const argv = ['-i', film, ...tone, '-c:v', 'copy', '-c:a', 'aac', ...place, ...title];
  const phone = await made('phone.mov', ...argv, '-movflags', 'use_metadata_tags');

  it.each([
    ['mp4', { preset: 'web_optimized' }],
    ['mp4', {}],
    ['mkv', { output_format: 'mkv' }],
    ['mp3', { output_format: 'mp3' }],
  ])('are all left out of %s where that is asked for, but for languages: %o', async (container, params) => {
    const path = await outputOf(phone, { strip_metadata: true, ...params });
    const bytes = (await readFile(path)).toString('latin1');
    for (const secret of ['48.1374', 'Holidays', 'Camera']) expect(bytes).not.toContain(secret);
    if (container !== 'mp3') expect(await probed('-show_entries', 'stream_tags=language', path)).toContain('ger');
  });

  it('stay where nobody asks', async () => {
    expect((await readFile(await outputOf(phone, {}))).toString('latin1')).toContain('Holidays');
  });

  it.each(['mkv', 'webm', 'mp3', 'flac', 'ogg'])('of MP4 itself are none of the film: %s', async (output_format) => {
    const path = await outputOf(phone, { output_format, ...(output_format === 'webm' ? { preset: 'fast' } : {}) });
    const tags = await probed('-show_entries', 'format_tags:stream_tags', path);
    expect(tags).toContain('Holidays');
    expect(tags).not.toMatch(/major_brand|minor_version|compatible_brands|handler_name|vendor_id/i);
  });

  it('that were counted in another file are not carried on', async () => {
    const counted = ['-metadata:s:v', 'BPS=1234', '-metadata:s:v', 'NUMBER_OF_FRAMES-eng=77'];
    const old = await made('old.mkv', '-i', film, '-c', 'copy', ...counted);
    const tags = await probed('-show_entries', 'stream_tags', await outputOf(old, { output_format: 'mkv' }));
    expect(tags).not.toMatch(/BPS|NUMBER_OF_FRAMES/);
  });
});
