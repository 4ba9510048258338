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
});
