import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { apart, beepsOf, flashes, flashesOf, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, failureOf, made } from './fixtures/scratch.ts';

const exec = execOf();
const film = await apart('film.mp4', {});

const pathOf = async (source: string, params: Readonly<Record<string, unknown>>): Promise<string> =>
  (await convert(exec, source, params)).artifacts[0]?.path ?? '';

/** How long each frame of an animated WebP stays, in ms (the container's specification, "ANMF Chunk"). */
const webpFrames = async (path: string): Promise<number[]> => {
  const bytes = await readFile(path);
  const frames: number[] = [];
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames.push(bytes.readUIntLE(at + 8 + 12, 3));
    at += 8 + length + (length % 2);
  }
  return frames;
};
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('a GIF', () => {
  it('flashes when the film does, and is as long', async () => {
    const { artifacts, warnings } = await convert(exec, film, { output_format: 'gif' });
    const [gif] = artifacts;
    expect(gif?.media).toMatchObject({ width: 320, height: 180, videoCodec: 'gif', durationMs: 4_000 });
    expect(warnings).toEqual(['gif has no sound']);
    expect(await flashesOf(gif?.path ?? '')).toEqual([1, 3].map((at) => expect.closeTo(at, 1)));
    expect((await readFile(gif?.path ?? '')).includes('NETSCAPE2.0')).toBe(true);
  });

  it('is small by itself, and as large as is asked', async () => {
    const large = await made('large.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=720x1280:r=60:d=1', ...h264);
    const own = await convert(exec, large, { output_format: 'gif' });
    expect(own.artifacts[0]?.media).toMatchObject({ width: 270, height: 480, fps: 12.5 });
    const asked = await convert(exec, large, { output_format: 'gif', resolution: '360x640', fps: 25 });
    expect(asked.artifacts[0]?.media).toMatchObject({ width: 360, height: 640, fps: 25 });
  });

  it('begins with the picture of a film whose picture begins late', async () => {
    const late = await apart('late.mkv', { picture: 0.8 });
    expect((await flashesOf(await pathOf(late, { output_format: 'gif', fps: 25 })))[0]).toBeCloseTo(0.2, 1);
  });
});

describe('an animated WebP', () => {
  it('is as long as the film', async () => {
    const { artifacts } = await convert(exec, film, { output_format: 'webp', fps: 10 });
    expect(artifacts[0]?.media).toMatchObject({ width: 320, height: 180 });
    expect(sum(await webpFrames(artifacts[0]?.path ?? ''))).toBe(4_000);
  });

  it('of one picture is a picture', async () => {
    const one = await made('one.mp4', '-f', 'lavfi', '-i', flashes(1), '-frames:v', '1', ...h264);
    expect((await convert(exec, one, { output_format: 'webp' })).artifacts[0]?.media.width).toBe(320);
  });
});

it.each(['gif', 'webp'])('sound alone becomes no %s', async (output_format) => {
  const sound = await made('sound.wav', '-f', 'lavfi', '-i', 'sine=d=1');
  expect((await failureOf(convert(exec, sound, { output_format })).catch((error: Error) => error)).message).toMatch(
    /needs a picture|nothing that can be converted/,
  );
});

describe('a transport stream', () => {
  it.each([['h264'], ['hevc']])('of %s flashes and beeps when the film does', async (video_codec) => {
    const path = await pathOf(film, { output_format: 'ts', video_codec, resolution: '160x90', preset: 'fast' });
    expect(await flashesOf(path)).toEqual([1, 3].map((at) => expect.closeTo(at, 1)));
    for (const [n, at] of (await beepsOf(path)).slice(0, 2).entries()) expect(at).toBeCloseTo([1, 3][n] ?? 0, 1);
  });

  it('is copied from MP4, with each picture readable by itself', async () => {
    const { artifacts, warnings } = await convert(exec, film, { output_format: 'ts' });
    expect(warnings).toContain('the video stream already is what was asked for, and is copied');
    expect(artifacts[0]?.media).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
    expect(await flashesOf(artifacts[0]?.path ?? '')).toHaveLength(2);
  });
});
