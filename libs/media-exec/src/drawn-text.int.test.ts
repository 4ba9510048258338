import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const film = await made('black.mp4', '-f', 'lavfi', '-i', 'color=black:s=320x180:r=25:d=0.2', ...h264);

const drawn = async (params: Readonly<Record<string, unknown>>) => {
  const filters = [{ type: 'text', params: { font_size: 20, position: 'center', ...params } }];
  const outcome = await convert(exec, film, { filters, preset: 'fast' }, { id: 'video.filter' });
  return { path: outcome.artifacts[0]?.path ?? '', warnings: outcome.warnings };
};

/** The picture in grey, row by row. */
const pixelsOf = async (path: string): Promise<Buffer> => {
  const argv = ['-v', 'error', '-i', path, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
  return (await promisify(execFile)(real.ffmpeg, argv, { encoding: 'buffer' })).stdout;
};
const isLit = (value: number | undefined): boolean => (value ?? 0) > 100;

/** Rows and columns in which something is drawn. */
const extent = async (path: string) => {
  const pixels = await pixelsOf(path);
  const lit = [...pixels.keys()].filter((at) => isLit(pixels[at]));
  const [columns, rows] = [lit.map((at) => at % 320), lit.map((at) => Math.floor(at / 320))];
  return { left: Math.min(...columns), right: Math.max(...columns), height: Math.max(...rows) - Math.min(...rows) };
};

describe('a text longer than the picture is wide', () => {
  const text = 'Mmmm wwww WWWW iiii jjjj 漢 quick brown foxes jump over lazy dogs';

  it('stands in lines inside of it', async () => {
    const { left, right, height } = await extent((await drawn({ text })).path);
    expect(left).toBeGreaterThanOrEqual(20);
    expect(right).toBeLessThan(300);
    expect(height).toBeGreaterThan(40);
  });

  it('sticks out where it must not break', async () => {
    const { left, right } = await extent((await drawn({ text, wrap: false })).path);
    expect(left).toBeLessThan(3);
    expect(right).toBeGreaterThan(316);
  });
});

describe('a font that is named', () => {
  it('is drawn with', async () => {
    const serif = await drawn({ text: 'Hamburg', font: 'DejaVu Serif' });
    expect(serif.warnings).toEqual([]);
    const [one, other] = [await pixelsOf(serif.path), await pixelsOf((await drawn({ text: 'Hamburg' })).path)];
    expect(one.equals(other)).toBe(false);
  });

  it('is replaced where there is none, which is said', async () => {
    const { warnings } = await drawn({ text: 'Hamburg', font: 'No Such Family' });
    expect(warnings.join()).toContain('there is no font No Such Family');
  });
});
