import { operations } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { fieldErrors } from './field-errors.ts';
import { meant } from './suggestions.ts';

describe('what was meant', () => {
  it.each([
    ['H264', ['hevc', 'h264'], 'h264'],
    ['HEVC', ['h264', 'hevc'], 'hevc'],
    ['Top-Left', ['top', 'top_left'], 'top_left'],
    ['1080', ['2160p', '1080p', '720p'], '1080p'],
    ['720P', ['1080p', '720p'], '720p'],
    ['bitrate', ['crf', 'video_bitrate', 'audio_bitrate'], 'video_bitrate'],
    ['center', ['bottom', 'middle', 'top'], 'middle'],
    ['middle', ['top', 'center'], 'center'],
    ['angle', ['degrees', 'fill_color'], 'degrees'],
    ['size', ['text', 'font_size'], 'font_size'],
    ['optimized', ['web_optimized'], 'web_optimized'],
    ['VIGNETE', ['vignette', 'vintage'], 'vignette'],
  ])('by %s of %j is %s', (given, known, wanted) => {
    expect(meant(given, known)).toBe(wanted);
  });

  it.each([
    ['h264', ['h264']],
    ['xyz', ['h264', 'hevc']],
    ['', ['-', 'h264']],
    ['---', ['h264']],
    ['constructor', ['h264']],
    ['__proto__', ['h264']],
  ])('by %j of %j is nothing', (given, known) => {
    expect(meant(given, known)).toBeNull();
  });
});

const refusal = (id: keyof typeof operations, value: unknown): [string, string | undefined][] => {
  const schema = operations[id].params;
  const { error } = schema.safeParse(value);
  return fieldErrors(error?.issues ?? [], '', { schema, value }).map(({ pointer, suggestion }) => [
    pointer,
    suggestion,
  ]);
};

describe('a refusal', () => {
  it.each([
    [{ video_codec: 'H264' }, '/video_codec', 'h264'],
    [{ output_format: 'MP4' }, '/output_format', 'mp4'],
    [{ resolution: '1080' }, '/resolution', '1080p'],
    [{ resolution: 1080 }, '/resolution', '1080p'],
    [{ resolution: '720P' }, '/resolution', '720p'],
    [{ bitrate: '1M' }, '/bitrate', 'video_bitrate'],
    [{ output_format: 'hls', ladder: [{ resolution: 480 }] }, '/ladder/0/resolution', '480p'],
  ])('of %j names the neighbour', (value, pointer, suggestion) => {
    expect(refusal('transcode', value)).toContainEqual([pointer, suggestion]);
  });

  it('names it inside of filters and styles, too', () => {
    expect(refusal('subtitles.burn_in', { style: { position: 'center', color: 'Whit' } })).toEqual([
      ['/style/color', 'white'],
      ['/style/position', 'middle'],
    ]);
    expect(
      refusal('video.filter', {
        filters: [
          { type: 'rotate', params: { angle: 90 } },
          { type: 'Blur' },
          { type: 'text', params: { text: 'x', position: 'middle' } },
        ],
      }),
    ).toEqual(
      expect.arrayContaining([
        ['/filters/0/params/angle', 'degrees'],
        ['/filters/1/type', 'blur'],
        ['/filters/2/params/position', 'center'],
      ]),
    );
  });

  it('says nothing where a number is missing or of another kind', () => {
    expect(refusal('transcode', { crf: 'high' })).toEqual([['/crf', undefined]]);
    expect(refusal('transcode', { resolution: { width: 1 } })).toEqual([['/resolution', undefined]]);
  });
});
