import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { film } from '../fixtures/facts.ts';
import { pictureOf, ratio } from './media-facts.ts';
import { parseProbe } from './parse-probe.ts';

const video = (fields: Record<string, unknown>) =>
  parseProbe({ streams: [{ codec_type: 'video', width: 1280, height: 720, ...fields }] }, 'mov').video[0];

describe('parseProbe', () => {
  it('reads the real film', () => {
    expect(film).toMatchObject({ demuxer: 'mov', durationMs: 30_022, sizeBytes: 22_718_509, bitrateKbps: 6054 });
    expect(film.video).toMatchObject([
      { codec: 'h264', frames: 720, fps: { num: 24, den: 1 }, isVfr: false, durationMs: 30_000, rotation: 0 },
    ]);
    expect(film.audio).toMatchObject([
      { codec: 'aac', channels: 6, layout: '5.1', sampleRateHz: 48_000, language: null },
    ]);
  });

  it.each([
    [{ side_data_list: [{ side_data_type: 'Display Matrix', rotation: -90 }] }, 270],
    [{ tags: { rotate: '90' } }, 90],
    [{ side_data_list: [{ side_data_type: 'Display Matrix', rotation: 180 }] }, 180],
    [{ side_data_list: [{ side_data_type: 'other' }] }, 0],
  ])('reads the rotation of %o', (fields, rotation) => {
    const stream = video(fields);
    expect(stream?.rotation).toBe(rotation);
    expect(stream?.displayWidth).toBe(rotation % 180 === 0 ? 1280 : 720);
  });

  it('shows anamorphic pictures with square pixels', () => {
    expect(video({ width: 720, height: 576, sample_aspect_ratio: '64:45' })).toMatchObject({
      displayWidth: 1024,
      displayHeight: 576,
    });
    expect(video({ sample_aspect_ratio: '0:1' })?.displayWidth).toBe(1280);
  });

  it.each([
    ['24/1', '30/1', {}, true],
    ['2997/125', '24000/1001', {}, false],
    ['25/1', '50/1', { field_order: 'tt' }, false],
    ['0/0', '25/1', {}, false],
    ['0/0', '25/1', { duration: '4.0' }, true],
  ])('average %s at ticks of %s with %o is variable: %s', (average, ticks, fields, isVfr) => {
    expect(video({ avg_frame_rate: average, r_frame_rate: ticks, ...fields })?.isVfr).toBe(isVfr);
  });

  it.each([
    ['yuv420p10le', 10],
    ['p010le', 10],
    ['yuv444p12be', 12],
    ['yuv420p', 8],
    ['nv12', 8],
  ])('%s has %d bits', (pixFmt, bits) => {
    expect(video({ pix_fmt: pixFmt })?.bitDepth).toBe(bits);
  });

  it('knows HDR by its transfer curve', () => {
    expect(video({ color_transfer: 'smpte2084' })?.isHdr).toBe(true);
    expect(video({ color_transfer: 'arib-std-b67' })?.isHdr).toBe(true);
    expect(video({ color_transfer: 'bt709' })?.isHdr).toBe(false);
  });

  it('finds durations in Matroska tags, and a cover is no picture', () => {
    const facts = parseProbe(
      {
        streams: [
          { codec_type: 'video', disposition: { attached_pic: 1 } },
          { codec_type: 'audio', codec_name: 'opus', tags: { DURATION: '00:01:02.500000000', language: 'deu' } },
          { codec_type: 'subtitle', codec_name: 'subrip', tags: { language: 'und' } },
        ],
      },
      'matroska',
    );
    expect(facts.durationMs).toBe(62_500);
    expect(facts.audio[0]?.language).toBe('deu');
    expect(facts.subtitles).toEqual([{ index: 0, codec: 'subrip', language: null }]);
    expect(pictureOf(facts)).toBeNull();
  });

  it('leaves out tracks that cannot be heard, and says so', () => {
    const seen = { index: 0, codec_type: 'video', codec_name: 'h264', nb_frames: '75' };
    const heard = { index: 1, codec_type: 'audio', codec_name: 'aac', nb_frames: '130' };
    const unknown = { index: 2, codec_type: 'audio', codec_tag_string: 'apac', nb_frames: '130' };
    const empty = { index: 3, codec_type: 'audio', codec_name: 'aac', duration: '3.0' };
    const facts = parseProbe({ streams: [seen, heard, unknown, empty] }, 'mov');
    expect(facts.audio.map(({ index }) => index)).toEqual([1]);
    expect(facts.unheard).toEqual([
      'track 2 (apac) cannot be decoded, and is left out',
      'track 3 has no sound in it, and is left out',
    ]);
  });

  it('counts no samples in fragments', () => {
    const fragments = [
      { codec_type: 'video', codec_name: 'h264' },
      { codec_type: 'audio', codec_name: 'aac' },
    ];
    expect(parseProbe({ streams: fragments }, 'mov').audio).toHaveLength(1);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseProbe(value, 'mov')));
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) =>
          void parseProbe(
            {
              streams: [
                { codec_type: 'video', width: value, avg_frame_rate: value, tags: value, side_data_list: [value] },
              ],
              format: value,
            },
            'mov',
          ),
      ),
    );
  });

  it('has a ratio of nothing for no rate', () => {
    expect(ratio({ num: 0, den: 0 })).toBe(0);
  });
});

describe('several programmes', () => {
  const stream = (index: number, type: string) => ({ index, codec_type: type, codec_name: 'any', channels: 2 });
  const streams = [stream(0, 'audio'), stream(1, 'video'), stream(2, 'audio'), stream(3, 'audio')];
  const programme = (id: number, indexes: readonly number[], name?: string) => ({
    program_id: id,
    streams: indexes.map((index) => ({ index })),
    tags: { service_name: name },
  });

  it('are one, the first with a picture, beside what belongs to none', () => {
    const programs = [programme(1, [0], 'Radio'), programme(2, [1, 2]), programme(3, [])];
    const facts = parseProbe({ streams, programs }, 'mpegts');
    expect(facts.audio.map(({ index }) => index)).toEqual([2, 3]);
    expect(facts.unheard).toEqual(['programme Radio is left out: number 2 is taken']);
  });

  it('share what both have', () => {
    const facts = parseProbe({ streams, programs: [programme(1, [1, 0]), programme(2, [1, 2])] }, 'mpegts');
    expect(facts.audio.map(({ index }) => index)).toEqual([0, 3]);
  });
});

it('reads what tracks are called and are for', () => {
  const tracks = [
    {
      codec_type: 'audio',
      codec_name: 'aac',
      nb_frames: '1',
      tags: { title: 'Talk' },
      disposition: { comment: 1, default: 1 },
    },
    {
      codec_type: 'audio',
      codec_name: 'aac',
      nb_frames: '1',
      tags: { handler_name: 'SoundHandler' },
      disposition: { visual_impaired: 1 },
    },
    { codec_type: 'subtitle', tags: { handler_name: 'Signs' }, disposition: { forced: 1, hearing_impaired: 1 } },
  ];
  const facts = parseProbe({ streams: tracks }, 'mov');
  expect(facts.audio).toMatchObject([
    { title: 'Talk', purpose: 'commentary', isDefault: true },
    { purpose: 'description' },
  ]);
  expect(facts.audio[1]).not.toHaveProperty('title');
  expect(facts.subtitles).toMatchObject([{ title: 'Signs', isForced: true, isForDeaf: true }]);
});
