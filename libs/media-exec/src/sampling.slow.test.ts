import { readFile, writeFile } from 'node:fs/promises';
import { planSample, type PlanFn } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from './index.ts';
import { convert, execOf, file, made } from './fixtures/scratch.ts';

const exec = execOf('required');

const sample = (path: string, isInOrder = false): Promise<RunOutcome> =>
  convert(exec, path, {}, { id: 'video.thumbnails', plan: planSample as PlanFn, params: { framesMax: 60, isInOrder } });

const moving = (size = '320x180'): string[] => ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=10:d=4`];
const still = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180', '-frames:v', '1'];

describe('frames to look at', () => {
  it.each([
    ['clip.mp4', moving(), 5, 640, 360],
    ['portrait.mp4', moving('180x320'), 5, 360, 640],
    ['moving.gif', moving(), 5, 640, 360],
    ['clip.avi', moving(), 5, 640, 360],
    ['clip.ts', moving(), 5, 640, 360],
    // Written live: it does not say how long it is.
    ['live.webm', [...moving(), '-c:v', 'libvpx', '-live', '1'], 5, 640, 360],
    ['still.png', still, 1, 640, 360],
    ['still.jpg', still, 1, 640, 360],
    ['still.webp', still, 1, 640, 360],
    ['tiny.bmp', ['-f', 'lavfi', '-i', 'testsrc2=s=16x16', '-frames:v', '1'], 1, 640, 640],
  ] as const)('of %s', async (name, argv, count, width, height) => {
    const { artifacts } = await sample(await made(name, ...argv));
    expect(artifacts).toHaveLength(count);
    for (const { contentType, media, sizeBytes } of artifacts) {
      const { width: wide, height: high } = media;
      expect({ contentType, wide, high }).toEqual({ contentType: 'image/jpeg', wide: width, high: height });
      expect(sizeBytes).toBeLessThan(1024 * 1024);
    }
    const pictures = await Promise.all(artifacts.map(async ({ path }) => (await readFile(path)).toString('base64')));
    // A seek in a transport stream may find the same frame twice.
    expect(new Set(pictures).size).toBeGreaterThanOrEqual(name === 'clip.ts' ? count - 1 : count);
  });
});

const timesOf = ({ result }: RunOutcome): number[] =>
  (result as unknown as { thumbnails: { timestamp: number }[] }).thumbnails.map(({ timestamp }) => timestamp);

describe('a file that is not as long as it says', () => {
  const lying = async (seconds: number): Promise<string> => {
    const path = await made('clip.mkv', ...moving());
    const bytes = await readFile(path);
    // Matroska's Duration: an element of eight bytes, in milliseconds.
    const at = bytes.indexOf(Buffer.from('448988', 'hex'));
    bytes.writeDoubleBE(seconds * 1000, at + 3);
    await writeFile(path, bytes);
    expect((await exec.probe(path)).facts.durationMs).toBe(seconds * 1000);
    return path;
  };

  it.each([0.001, 1, 3_600])('but %f s, is looked at from its beginning to its end', async (seconds) => {
    const times = timesOf(await sample(await lying(seconds)));
    expect(times).toHaveLength(5);
    expect(times[0]).toBeLessThan(0.6);
    expect(times.at(-1)).toBeGreaterThan(3);
    expect(times.at(-1)).toBeLessThan(4);
  });

  it('because its end is missing, is looked at as far as it goes', async () => {
    const whole = await readFile(await made('clip.mkv', ...moving()));
    const times = timesOf(await sample(await file('half.mkv', whole.subarray(0, whole.length / 2))));
    expect(times).toHaveLength(5);
    expect(times.at(-1)).toBeLessThan(3);
  });

  it('because its clock starts anew, is looked at in order', async () => {
    const part = await readFile(await made('clip.ts', ...moving()));
    const path = await file('twice.ts', Buffer.concat([part, part]));
    for (const isInOrder of [false, true]) expect((await sample(path, isInOrder)).artifacts).toHaveLength(5);
  });
});
