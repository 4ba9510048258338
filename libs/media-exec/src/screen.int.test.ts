import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, made, real } from './fixtures/scratch.ts';

const exec = execOf();

/** Somebody in brown before a screen, whose lower part they cover. */
const before = (screen: string): Promise<string> =>
  made(
    'screen.mp4',
    '-f',
    'lavfi',
    '-i',
    `color=${screen}:s=320x180:r=25:d=1,drawbox=x=100:y=40:w=120:h=140:c=0x806040:t=fill`,
    ...h264,
  );

/** The colour at a place, as red, green and blue. */
const at = async (path: string, place: string): Promise<readonly number[]> => {
  const argv = ['-v', 'error', '-i', path, '-frames:v', '1', '-vf', `crop=8:8:${place},scale=1:1`];
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  return [...(await promisify(execFile)(real.ffmpeg, [...argv, ...raw], { encoding: 'buffer' })).stdout];
};
const [corner, middle] = ['20:20', '156:100'];

const keyed = async (film: string, params: Readonly<Record<string, unknown>> = {}) => {
  const filters = [{ type: 'chromakey', params: { background_color: '#FF0000', ...params } }];
  const outcome = await convert(exec, film, { filters, preset: 'fast' }, { id: 'video.filter' });
  return { path: outcome.artifacts[0]?.path ?? '', warnings: outcome.warnings };
};

const isRed = ([red = 0, green = 0, blue = 0]: readonly number[]): boolean => red > 200 && green < 50 && blue < 50;

describe('a screen', () => {
  it.each(['0x00B140', '0x0047BB', '0x1E6B34', '0x00FF00'])('of %s is replaced unnamed', async (screen) => {
    const { path, warnings } = await keyed(await before(screen));
    expect(warnings).toEqual([]);
    expect(isRed(await at(path, corner))).toBe(true);
    expect(isRed(await at(path, middle))).toBe(false);
  });

  it('that is none is left, which is said', async () => {
    const film = await before('0x909090');
    expect((await keyed(film)).warnings.join()).toContain('no green or blue screen');
    const { path, warnings } = await keyed(film, { color: '#00FF00' });
    expect(warnings.join()).toContain('nothing in the picture has the colour #00FF00');
    expect(isRed(await at(path, corner))).toBe(false);
    expect((await keyed(film, { color: '#909090' })).warnings).toEqual([]);
  });

  it('throws no light onto the subject where that is taken out', async () => {
    const film = await made(
      'lit.mp4',
      '-f',
      'lavfi',
      '-i',
      'color=0x00B140:s=320x180:r=25:d=1,drawbox=x=100:y=40:w=120:h=140:c=0x80A060:t=fill',
      ...h264,
    );
    const [, green = 0] = await at((await keyed(film)).path, middle);
    const [, less = 0] = await at((await keyed(film, { despill: true })).path, middle);
    expect(green - less).toBeGreaterThan(20);
    expect(isRed(await at((await keyed(film, { despill: true })).path, corner))).toBe(true);
  });
});
