import { describe, expect, it } from 'vitest';
import { film, withPicture } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';

describe('adaptive streaming', () => {
  it('makes every rung from one decode, with sound on its own', () => {
    const made = plan({ output_format: 'hls' });
    const argv = argvOf(made);
    expect(argv.match(/ -i/g)).toHaveLength(1);
    expect(argv).toContain('split=4');
    expect(argv).toContain('agroup:audio');
    expect(made.outputs[0]?.post?.renditions.map((rendition) => rendition.name)).toEqual([
      '1080p',
      '720p',
      '480p',
      '360p',
      'audio',
    ]);
  });

  it('never enlarges in a ladder, and joins rungs of one size', () => {
    const facts = withPicture({ width: 640, height: 360, displayWidth: 640, displayHeight: 360 });
    const made = plan({ output_format: 'hls', ladder: [{ resolution: '1080p' }, { resolution: '720p' }] }, { facts });
    expect(made.outputs[0]?.expect).toMatchObject({ videoStreams: 1, width: 640, height: 360 });
  });

  it('streams a file without picture', () => {
    const made = plan({ output_format: 'hls' }, { facts: { ...film, video: [] } });
    expect(made.outputs[0]?.post?.renditions).toEqual([{ name: 'audio', role: 'audio' }]);
  });

  const tracks = (...codecs: readonly string[]): typeof film => ({
    ...film,
    audio: codecs.map((codec, n) => ({ ...film.audio[0]!, codec, index: n + 1 })),
  });
  const maps = (made: ReturnType<typeof plan>): string[] => argvOf(made).match(/-map 0:\d+/g) ?? [];

  it('takes every track of sound that can be decoded, and says what it leaves out', () => {
    const made = plan({ output_format: 'hls' }, { facts: tracks('aac', 'ac4', 'dts') });
    expect(maps(made)).toEqual(['-map 0:1', '-map 0:3']);
    expect(made.warnings).toContain('sound track 2 is left out: nothing here decodes ac4');
    expect(made.outputs[0]?.post?.renditions.slice(-2).map(({ name }) => name)).toEqual(['audio', 'audio-2']);
  });

  it('takes sixteen tracks at most', () => {
    const made = plan({ output_format: 'dash' }, { facts: tracks(...Array.from({ length: 18 }, () => 'aac')) });
    expect(maps(made)).toHaveLength(16);
    expect(made.warnings).toContain('2 sound tracks left out: a ladder has 16 at most');
  });

  it('copies what fits, and refuses where the first does not', () => {
    const made = plan({ output_format: 'hls', audio_codec: 'copy' }, { facts: tracks('aac', 'ac3') });
    expect(maps(made)).toEqual(['-map 0:1']);
    expect(made.warnings).toContain('sound track 2 is left out: hls cannot carry ac3');
    expect(() => plan({ output_format: 'hls', audio_codec: 'copy' }, { facts: tracks('ac3', 'aac') })).toThrow('ac3');
  });
});
