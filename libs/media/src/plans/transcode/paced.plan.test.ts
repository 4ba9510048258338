import { describe, expect, it } from 'vitest';
import { film, withPicture, withSound } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';

const at = (num: number, den = 1) => withPicture({ fps: { num, den }, tickRate: { num, den } });
const untimed = ['avi', 'mpg', 'mxf'] as const;

describe('the rate of a container without times', () => {
  it.each([
    ['mpg', at(24_000, 1001), '24000/1001', false],
    ['mpg', at(2_997_003, 100_000), '30000/1001', false],
    ['mpg', at(15), '30', true],
    ['mxf', at(12), '24', true],
    ['mxf', at(10), '30', true],
    ['mxf', at(144), '60', true],
    ['mxf', at(100), '50', true],
    ['avi', at(15), '15', false],
    ['avi', at(2_997_003, 100_000), '30000/1001', false],
    ['avi', at(120_000, 1001), '120', false],
    ['avi', at(100_111, 1000), '100', false],
    ['avi', withPicture({ isVfr: true, fps: { num: 17, den: 1 } }), '24000/1001', true],
  ])('in %s: %#', (output_format, facts, rate, isSaid) => {
    const made = plan({ output_format }, { facts });
    expect(argvOf(made)).toContain(`fps=fps=${rate}:start_time=0`);
    expect(made.warnings.some((text) => /one rate|frames a second/.test(text))).toBe(isSaid);
  });

  it('is the nearest to the one that is asked for', () => {
    const made = plan({ output_format: 'mpg', fps: 26 });
    expect(argvOf(made)).toContain('fps=fps=25:');
    expect(made.outputs[0]?.expect.frames).toBe(750);
    expect(made.warnings).toContain('mpeg2video in mpg cannot have 26 frames a second, and gets 25');
  });
});

describe('what containers without times cannot carry', () => {
  it.each(untimed)('is said: depth, HDR, languages, chapters and subtitles in %s', (output_format) => {
    const hdr = { bitDepth: 10, pixFmt: 'yuv420p10le', isHdr: true, colorTransfer: 'smpte2084' };
    const facts = {
      ...withPicture(hdr),
      audio: withSound({ language: 'ger' }).audio,
      subtitles: [{ index: 2, codec: 'subrip', language: null }],
      chapters: [{ startMs: 0, endMs: 1000, title: 'One' }],
    };
    const made = plan({ output_format }, { facts });
    expect(argvOf(made)).toContain('tonemap');
    const said = made.warnings.join('\n');
    expect(said).toMatch(/HDR is mapped to SDR, because mpeg\w+ players/);
    expect(said).toContain(`${output_format} cannot name the language ger`);
    expect(said).toContain(`${output_format} cannot hold the 1 chapters`);
    expect(said).toContain(`${output_format} cannot hold 1 of the subtitle tracks`);
  });

  it('of rates of sound becomes the next, and of bit rates too', () => {
    const slow = withSound({ sampleRateHz: 8_000, channels: 1, layout: 'mono' });
    const made = plan({ output_format: 'mpg', audio_bitrate: '100k' }, { facts: slow });
    expect(argvOf(made)).toContain('-ar:a:0 32000');
    expect(argvOf(made)).toContain('-b:a:0 112000');
    expect(made.warnings).toContain('the audio bit rate is 112000: mp2 cannot have 100000 here');
    expect(argvOf(plan({ output_format: 'mxf' }, { facts: slow }))).toContain('-ar:a:0 48000');
    const ignored = plan({ output_format: 'mxf', audio_bitrate: '100k' });
    expect(ignored.warnings).toContain('audio_bitrate is ignored: pcm has none of its own');
  });

  it('of pictures is refused', () => {
    expect(() => plan({ output_format: 'mxf' }, { facts: { ...film, video: [] } })).toThrow('made of pictures');
    expect(() => plan({ output_format: 'mpg', resolution: '4096x2160' })).toThrow('another resolution');
    expect(() => plan({ output_format: 'avi', keyframe_interval: 30 })).toThrow('keyframe_interval');
  });
});

describe('the rate of MPEG', () => {
  it.each([
    ['avi', {}, '-q:v 3.97 '],
    ['avi', { crf: 0 }, '-q:v 2 '],
    ['avi', { crf: 51 }, '-q:v 31 '],
    ['avi', { crf: 18, max_bitrate: '2M' }, '-qmin 3 -b:v 1700000 -maxrate 1700000 -bufsize 600000'],
    ['mpg', { resolution: '480x360' }, '-qmin 4 -b:v 15000000 -maxrate 15000000 -bufsize 1835008'],
    ['mxf', { video_bitrate: '50M' }, '-b:v 50000000 -maxrate 75000000 -bufsize 9781248'],
  ])('in %s of %j', (output_format, params, argv) => {
    expect(argvOf(plan({ output_format, ...params }))).toContain(argv);
  });
});

describe('copies of sound', () => {
  const pcm = { codec: 'pcm_s16le', sampleRateHz: 48_000, channels: 2, layout: 'stereo', durationMs: 30_000 };

  it('need streams that begin together, and in MXF end together', () => {
    expect(argvOf(plan({ output_format: 'mxf' }, { facts: withSound(pcm) }))).toContain('-c:a:0 copy');
    for (const changes of [{ startMs: 500 }, { durationMs: 20_000 }]) {
      const facts = withSound({ ...pcm, ...changes });
      expect(argvOf(plan({ output_format: 'mxf' }, { facts }))).toContain('apad');
      expect(() => plan({ output_format: 'mxf', audio_codec: 'copy' }, { facts })).toThrow('cannot be copied: it');
    }
  });

  it('need samples that the container knows', () => {
    const odd = withSound({ ...pcm, codec: 'pcm_f32be' });
    for (const output_format of ['avi', 'mxf'])
      expect(() => plan({ output_format, audio_codec: 'copy' }, { facts: odd })).toThrow('cannot carry pcm_f32be');
  });
});
