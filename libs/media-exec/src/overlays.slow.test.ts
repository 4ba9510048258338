import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { beeps, flashes, h264 } from './fixtures/flash-and-beep.ts';
import { execOf, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();
const id = 'file_aaaa';

const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
const film = await made('film.mp4', ...lavfi(flashes(4)), ...lavfi(beeps(4)), ...h264, '-c:a', 'aac');
const plainRed = 'color=red:s=64x64:r=10';
const still = await made('still.png', ...lavfi(plainRed), '-frames:v', '1');
const longer = await made('longer.gif', ...lavfi(`${plainRed}:d=6`));
const longerFilm = await made('longer.mp4', ...lavfi(`${plainRed}:d=6`), ...h264);
/** Half a second of red, then half a second of blue. */
const shorter = await made('shorter.gif', ...lavfi(`${plainRed}:d=1,drawbox=c=blue:t=fill:enable='gte(t,0.5)'`));

const withSide = async (type: string, params: Readonly<Record<string, unknown>>, side: string): Promise<string> => {
  const field = type === 'chromakey' ? 'background_url' : 'image_url';
  const filters = [{ type, params: { ...params, [field]: id } }];
  const paths = { source: film, [`filters-0-params-${field}`]: side };
  const outcome = await runOn(exec, 'video.filter', { filters }, paths);
  return outcome.artifacts[0]?.path ?? '';
};

const framesOf = async (path: string): Promise<number> => {
  const argv = ['-v', 'error', '-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets'];
  return Number((await promisify(execFile)(real.ffprobe, [...argv, '-of', 'csv=p=0', path])).stdout);
};

/** The colour in the middle of the frame at a time, as red, green and blue. */
const middleAt = async (path: string, seconds: number): Promise<readonly number[]> => {
  const argv = ['-v', 'error', '-ss', String(seconds), '-i', path, '-frames:v', '1', '-vf', 'crop=8:8,scale=1:1'];
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  return [...(await promisify(execFile)(real.ffmpeg, [...argv, ...raw], { encoding: 'buffer' })).stdout];
};

describe.each([
  ['watermark', { position: 'center', scale: 0.3, opacity: 1 }],
  ['image_overlay', { x: 128, y: 58 }],
  ['chromakey', { color: '#000000' }],
])('%s', (type, params) => {
  it.each([
    ['a longer animation', longer],
    ['a longer film', longerFilm],
    ['a shorter animation', shorter],
    ['a still', still],
  ])('ends with the film under %s', async (_what, side) => {
    const path = await withSide(type, params, side);
    expect(await framesOf(path)).toBe(100);
    expect((await exec.probe(path)).facts.durationMs).toBeLessThan(4_100);
    const [red = 0, , blue = 0] = await middleAt(path, 3.8);
    expect(side === shorter ? blue - red : red - blue).toBeGreaterThan(150);
  });

  it('begins a shorter animation again where it loops', async () => {
    const path = await withSide(type, { ...params, loop: true }, shorter);
    expect(await framesOf(path)).toBe(100);
    for (const seconds of [2.2, 3.2]) {
      const [red = 0, , blue = 0] = await middleAt(path, seconds);
      expect(red - blue, `at ${seconds}`).toBeGreaterThan(150);
    }
  });
});
