import { truncate } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from './index.ts';
import { convert, execOf, failureOf, made, shortClip } from './fixtures/scratch.ts';

const exec = execOf('required');
const clip = await shortClip();

const filtered = (path: string, filters: readonly unknown[], more: Record<string, unknown> = {}): Promise<RunOutcome> =>
  convert(exec, path, { filters, preset: 'fast', ...more }, { id: 'video.filter' });

const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
const flip = { type: 'flip', params: { direction: 'horizontal' } };

const pictureOf = async (outcome: RunOutcome) => {
  const { facts } = await exec.probe(outcome.artifacts[0]?.path ?? '');
  return facts.video[0];
};

describe('filters', () => {
  it('keep the sound, or do without', async () => {
    const silent = await made('silent.mp4', '-i', clip, '-an', '-c:v', 'copy');
    expect((await filtered(clip, [flip])).artifacts[0]?.media.audioCodec).toBe('aac');
    const fade = { type: 'fade', params: { in: 0.5, out: 0.5 } };
    expect((await filtered(silent, [fade])).artifacts[0]?.media.audioCodec).toBeNull();
  });

  it('mix 5.1 down where the container needs it', async () => {
    const surround = await made(
      'surround.mkv',
      '-i',
      clip,
      '-c:v',
      'copy',
      '-af',
      'pan=5.1(side)|FL=c0',
      '-c:a',
      'ac3',
    );
    const speed = { type: 'speed', params: { factor: 1.25 } };
    const outcome = await filtered(surround, [speed], { output_format: 'webm' });
    expect(outcome.artifacts[0]?.media).toMatchObject({ videoCodec: 'vp9', audioCodec: 'opus' });
  });

  it('refuse what has no picture', async () => {
    const sound = await made('sound.m4a', '-i', clip, '-vn', '-c:a', 'copy');
    expect((await failureOf(filtered(sound, [flip]))).code).toBe('media_no_video_stream');
    const cover = await made('cover.png', ...lavfi('testsrc2=s=64x64'), '-frames:v', '1');
    const covered = await made(
      'covered.mp3',
      ...`-i ${clip} -i ${cover} -map 0:a -map 1:v -c:a libmp3lame -disposition:v attached_pic`.split(' '),
    );
    expect((await failureOf(filtered(covered, [flip]))).code).toBe('media_no_video_stream');
    expect((await failureOf(convert(exec, covered, {}, { id: 'video.scenes' }))).code).toBe('media_no_video_stream');
  });

  it('refuse a crop that lies outside', async () => {
    const crop = { type: 'crop', params: { width: 400, height: 100 } };
    expect((await failureOf(filtered(clip, [crop]))).code).toBe('param_out_of_range');
  });

  it('end with a truncated file as a failure', async () => {
    const cut = await shortClip('cut.mp4');
    await truncate(cut, 60_000);
    const failure = await failureOf(filtered(cut, [flip]));
    expect(['media_truncated', 'output_truncated', 'media_unreadable']).toContain(failure.code);
  });

  it('keep 10 bits, and HDR with its tags', async () => {
    const hdr = await made(
      'hdr.mp4',
      ...lavfi('testsrc2=s=320x180:r=25:d=0.4'),
      ...'-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params log-level=error'.split(' '),
      ...'-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc'.split(' '),
    );
    const kept = await filtered(hdr, [flip, { type: 'rotate', params: { degrees: 10 } }]);
    expect(await pictureOf(kept)).toMatchObject({ codec: 'hevc', bitDepth: 10, isHdr: true, colorPrimaries: 'bt2020' });
    const mapped = await filtered(hdr, [{ type: 'sepia' }]);
    expect(await pictureOf(mapped)).toMatchObject({ codec: 'hevc', bitDepth: 10, isHdr: false });
    expect(mapped.warnings).toContain('HDR is mapped to SDR: sepia cannot work on HDR');
    const shallow = await filtered(hdr, [{ type: 'vignette' }]);
    expect(await pictureOf(shallow)).toMatchObject({ codec: 'h264', bitDepth: 8, isHdr: false });
  });

  it('see the picture as a viewer does', async () => {
    const odd = await made(
      'odd.mkv',
      ...lavfi('testsrc2=s=320x180:r=25:d=0.4,scale=161:91'),
      '-c:v',
      'ffv1',
      '-pix_fmt',
      'yuv420p',
    );
    expect((await filtered(odd, [flip])).artifacts[0]?.media).toMatchObject({ width: 162, height: 92 });
    const wide = await made('wide.mp4', ...lavfi('testsrc2=s=160x120:r=25:d=0.4,setsar=2'), ...x264);
    expect((await filtered(wide, [flip])).artifacts[0]?.media).toMatchObject({ width: 320, height: 120 });
    const turned = await made('turned.mov', '-i', clip, '-t', '0.4', '-c', 'copy', '-metadata:s:v:0', 'rotate=90');
    const crop = { type: 'crop', params: { width: 180, height: 300 } };
    expect((await filtered(turned, [crop])).artifacts[0]?.media).toMatchObject({ width: 180, height: 300 });
  });

  it('keep the instants of a variable rate', async () => {
    const graph = 'testsrc2=s=160x90:r=30:d=2,select=not(mod(n\\,3))+lt(n\\,20)';
    const vfr = await made('vfr.mp4', ...lavfi(graph), '-fps_mode', 'vfr', ...x264);
    const { facts } = await exec.probe(vfr);
    expect(facts.video[0]?.isVfr).toBe(true);
    const outcome = await filtered(vfr, [flip], { output_format: 'mkv' });
    expect(outcome.stats.frames).toBe(33);
  });

  it('draw whatever is written', async () => {
    const text = `it's: 100% [a];\\n {b}, \\ "c" $(d) 漢字\nsecond`;
    const outcome = await filtered(clip, [{ type: 'text', params: { text, font_size: 16, box: {} } }]);
    expect(outcome.artifacts[0]?.media).toMatchObject({ width: 320, height: 180 });
  });
});

describe('scenes', () => {
  const scenesOf = async (path: string, params: Record<string, unknown> = {}) => {
    const outcome = await convert(exec, path, params, { id: 'video.scenes' });
    return { outcome, ...(outcome.result as unknown as { scenes: { timestamp: number; duration: number }[] }) };
  };

  it('are found with a still of each', async () => {
    const two = await made(
      'two.mp4',
      ...lavfi('testsrc2=s=320x180:r=25:d=2'),
      ...lavfi('mandelbrot=s=320x180:r=25'),
      '-filter_complex',
      '[1:v]trim=duration=2[b];[0:v][b]concat=n=2:v=1:a=0,format=yuv420p',
      ...x264,
    );
    const { outcome, scenes } = await scenesOf(two);
    expect(scenes).toEqual([
      { timestamp: 0, duration: 2 },
      { timestamp: 2, duration: 2 },
    ]);
    expect(outcome.artifacts.map(({ name, media }) => [name, media.width])).toEqual([
      ['scene_0.jpg', 320],
      ['scene_1.jpg', 320],
    ]);
  });

  it('are one in a still, dark, very short or single-frame film', async () => {
    const black = await made('black.mp4', ...lavfi('color=black:s=160x90:r=25:d=3'), ...x264, '-pix_fmt', 'yuv420p');
    expect((await scenesOf(black)).scenes).toEqual([{ timestamp: 0, duration: 3 }]);
    const short = await made('short.mp4', ...lavfi('testsrc2=s=160x90:r=25:d=0.2'), ...x264, '-pix_fmt', 'yuv420p');
    expect((await scenesOf(short, { min_scene_duration: 0 })).scenes).toHaveLength(1);
    const single = await made('single.mp4', ...lavfi('testsrc2=s=160x90:r=25:d=0.04'), ...x264, '-pix_fmt', 'yuv420p');
    expect((await scenesOf(single)).scenes).toHaveLength(1);
  });
});
