import { describe, expect, it } from 'vitest';
import { film, withPicture, withSound } from '../../fixtures/facts.ts';
import { argvOf, plan } from '../../fixtures/plan-transcode.ts';
import type { Plan } from '../plan.ts';

describe('a picture is not copied', () => {
  const upright = withPicture({ rotation: 90 });
  const hidden = withPicture({ hasHiddenPictures: true });
  const isCopied = (made: Plan): boolean => argvOf(made).includes('-c:v copy');

  it.each([
    ['turned, into a container that does not turn it', 'mkv', upright, false],
    ['turned, into one that does', 'mp4', upright, true],
    ['with pictures that an edit list hides', 'mkv', hidden, false],
    ['of AVI, which has no times of its pictures', 'mp4', { ...film, demuxer: 'avi' }, false],
  ] as const)('%s', (_, output_format, facts, copied) => {
    expect(isCopied(plan({ output_format }, { facts }))).toBe(copied);
    const asked = () => plan({ output_format, video_codec: 'copy' }, { facts });
    if (copied) expect(isCopied(asked())).toBe(true);
    else expect(asked).toThrow('cannot be copied');
  });
});

describe('what plays anywhere', () => {
  const factsOf = (codec: string, audio: string) => ({
    ...withPicture({ codec }),
    audio: withSound({ codec: audio, layout: 'stereo', channels: 2 }).audio,
  });

  it.each([
    ['vp9', 'opus', {}],
    ['hevc', 'opus', {}],
    ['av1', 'mp3', {}],
    ['vp9', 'opus', { output_format: 'mp4' }],
    ['h264', 'opus', { preset: 'web_optimized' }],
    ['h264', 'flac', { preset: 'mobile_friendly' }],
  ])('is made of %s with %s for %o', (codec, audio, params) => {
    const made = plan(params, { facts: factsOf(codec, audio) });
    expect(argvOf(made)).toContain('-c:v libx264');
    expect(argvOf(made)).toContain('-c:a:0 aac');
    expect(made.outputs[0]?.expect).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
  });

  it.each([
    ['vp9', 'opus', { output_format: 'mp4', video_codec: 'vp9', audio_codec: 'opus' }],
    ['hevc', 'opus', { output_format: 'mp4', video_codec: 'copy', audio_codec: 'copy' }],
    ['vp9', 'opus', { output_format: 'webm' }],
    ['hevc', 'flac', { output_format: 'mkv' }],
    ['hevc', 'aac', { output_format: 'mov' }],
  ])('is not in the way of %s with %s for %o', (codec, audio, params) => {
    const argv = argvOf(plan(params, { facts: factsOf(codec, audio) }));
    expect(argv).toContain('-c:v copy');
    expect(argv).toContain('-c:a:0 copy');
  });
});
