import { describe, expect, it } from 'vitest';
import type { BundleEntry } from './index.ts';
import { checkParams } from '@ffapi/contracts';
import { convert, execOf, made } from './fixtures/scratch.ts';

const exec = execOf();
const seconds = 8;

/** Half of it is still, half of it is noise: one pass cannot know. */
const moving = `testsrc2=s=320x180:r=25:d=${seconds},noise=alls=40:allf=t:enable='gt(t,4)'`;
const film = await made(
  'uneven.mp4',
  '-f',
  'lavfi',
  '-i',
  moving,
  '-c:v',
  'libx264',
  '-crf',
  '12',
  '-pix_fmt',
  'yuv420p',
);

const rateOf = (entries: readonly BundleEntry[], segment: RegExp): number =>
  entries.filter(({ path }) => segment.test(path)).reduce((sum, { sizeBytes }) => sum + (sizeBytes * 8) / seconds, 0);

describe('a ladder in two passes', () => {
  it.each([
    ['hls', 'h264', [/^180p\/segment/, /^90p\/segment/]],
    ['dash', 'hevc', [/^chunk_0_/, /^chunk_1_/]],
  ] as const)('comes to the rates that were asked for in %s of %s', async (output_format, video_codec, segments) => {
    const ladder = [
      { resolution: '320x180', video_bitrate: '400k' },
      { resolution: '160x90', video_bitrate: '150k' },
    ];
    const params = {
      output_format,
      video_codec,
      two_pass: true,
      ladder,
      segment_duration: 2,
      encoder_preset: 'ultrafast',
    };
    expect(checkParams('transcode', params)).toEqual([]);
    const outcome = await convert(exec, film, params);
    expect(outcome.plan.steps.map(({ id }) => id)).toEqual(['analyse', 'encode']);
    const entries = outcome.artifacts[0]?.entries ?? [];
    for (const [n, wanted] of [400_000, 150_000].entries()) {
      const rate = rateOf(entries, segments[n] ?? /^$/);
      expect(Math.abs(rate / wanted - 1), `${rate} instead of ${wanted}`).toBeLessThan(0.1);
    }
  });
});
