import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { convert, execOf, made, real } from './fixtures/scratch.ts';

const exec = execOf();

/** The most bits a second of any two seconds, by the packets of the picture. */
const peakOf = async (path: string): Promise<number> => {
  const entries = ['-show_entries', 'packet=pts_time,size', '-of', 'csv=p=0'];
  const argv = ['-v', 'error', '-select_streams', 'v:0', ...entries, path];
  const packets = (await promisify(execFile)(real.ffprobe, argv)).stdout
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number) as [seconds: number, bytes: number])
    .toSorted(([a], [b]) => a - b);
  const rates = packets.map(([begin]) =>
    packets.reduce((sum, [at, bytes]) => (at >= begin && at < begin + 1.999 ? sum + bytes * 8 : sum), 0),
  );
  return Math.max(...rates) / 2;
};

describe('a peak of 200k', async () => {
  const graph = [
    'color=gray:s=160x90:r=25:d=2[still]',
    'testsrc2=s=160x90:r=25:d=3,noise=alls=40:allf=t[noise]',
    'testsrc2=s=160x90:r=25:d=2[calm]',
    '[still][noise][calm]concat=3',
  ].join(';');
  const lossless = ['-c:v', 'libx264', '-qp', '8', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
  const film = await made('hard.mkv', '-f', 'lavfi', '-i', graph, ...lossless);
  const most = 200_000;

  it('is far below what the film itself takes', async () => {
    expect(await peakOf(film)).toBeGreaterThan(10 * most);
  });

  it.each([
    ['h264', {}, 1.02],
    ['h264', { video_bitrate: '150k' }, 1.02],
    ['hevc', {}, 1.02],
    ['av1', {}, 1],
    ['av1', { video_bitrate: '150k' }, 1],
    ['vp9', {}, 1],
    ['vp9', { video_bitrate: '150k' }, 1],
  ])('holds over any two seconds for %s with %o, up to %f times', async (video_codec, more, times) => {
    const rate = 'video_bitrate' in more ? more : { crf: 18 };
    const params = { output_format: 'mkv', video_codec, max_bitrate: '200k', ...rate };
    const { artifacts, warnings } = await convert(exec, film, params);
    expect(await peakOf(artifacts[0]?.path ?? '')).toBeLessThanOrEqual(most * times);
    expect(warnings.filter((warning) => warning.startsWith('max_bitrate'))).toEqual([]);
  });
});
