import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, made, real, shortClip, stub } from './fixtures/scratch.ts';

const exec = execOf('required');
const clip = await shortClip();

describe('adaptive streaming', () => {
  const ladder = [{ resolution: '320x180', video_bitrate: '300k' }, { resolution: '160x90' }];

  it('writes a master playlist with measured rates', async () => {
    const outcome = await convert(exec, clip, { output_format: 'hls', ladder, segment_duration: 1, preset: 'fast' });
    const [bundle] = outcome.artifacts;
    const master = await readFile(join(bundle?.path ?? '', bundle?.main ?? ''), 'utf8');
    expect(master).toMatch(
      /BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.[0-9A-F]{6},mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=25\.000,AUDIO="audio"\n180p\/index\.m3u8/,
    );
    expect(bundle?.entries?.filter((entry) => entry.path.endsWith('.m4s')).length).toBeGreaterThanOrEqual(6);
    expect(outcome.plan.outputs[0]?.expect.videoStreams).toBe(2);
  });

  it.each(['truncate -s -1', 'truncate -s 0', 'rm'])(
    'is not delivered when a segment is spoilt by %s',
    async (spoil) => {
      const path = await stub(`${real.ffmpeg} "$@" && ${spoil} ../out/hls/180p/segment_00000.m4s`);
      const work = convert(execOf('off', path), clip, { output_format: 'hls', ladder, preset: 'fast' });
      expect((await failureOf(work)).code).toBe('output_invalid');
    },
  );

  it('writes HEVC and sound-only playlists', async () => {
    const hevc = await convert(exec, clip, {
      output_format: 'hls',
      video_codec: 'hevc',
      ladder,
      encoder_preset: 'ultrafast',
    });
    const folder = hevc.artifacts[0]?.path ?? '';
    expect(await readFile(join(folder, 'master.m3u8'), 'utf8')).toMatch(/CODECS="hvc1\.1\.6\.L\d+(\.[0-9A-F]+)*,mp4a/);
    const sound = await made('sound.m4a', '-i', clip, '-vn', '-c:a', 'copy');
    expect((await convert(exec, sound, { output_format: 'hls' })).artifacts[0]?.media.audioCodec).toBe('aac');
  });

  it('writes DASH, in MP4 segments for VP9 too', async () => {
    const outcome = await convert(exec, clip, { output_format: 'dash', video_codec: 'vp9', preset: 'fast', ladder });
    expect(outcome.artifacts[0]).toMatchObject({ kind: 'bundle', main: 'manifest.mpd', media: { videoCodec: 'vp9' } });
  });
});

describe('thumbnails', () => {
  it('measures, picks and saves images, a sprite and its map', async () => {
    const stages = new Set<string>();
    const outcome = await convert(
      exec,
      clip,
      { count: 2, width: 160, height: 160, sprite: { interval: 0.5, columns: 2 } },
      { id: 'video.thumbnails', onProgress: (p) => stages.add(p.stage) },
    );
    expect(outcome.artifacts.map((artifact) => artifact.name)).toEqual([
      'thumbnail_1.jpg',
      'thumbnail_2.jpg',
      'sprite.jpg',
      'sprite.vtt',
    ]);
    expect(outcome.artifacts[0]?.media).toMatchObject({ width: 160, height: 160 });
    expect(outcome.artifacts[2]?.media).toMatchObject({ width: 320, height: 180 });
    expect(outcome.result).toEqual({
      thumbnails: [
        expect.objectContaining({ name: 'thumbnail_1.jpg' }),
        expect.objectContaining({ name: 'thumbnail_2.jpg' }),
      ],
    });
    expect([...stages][0]).toBe('score');
  });

  it.each(['png', 'webp'])('saves %s', async (format) => {
    const outcome = await convert(
      exec,
      clip,
      { count: 1, method: 'random', seed: 3, format },
      { id: 'video.thumbnails' },
    );
    expect(outcome.artifacts[0]).toMatchObject({ contentType: `image/${format}`, media: { width: 320, height: 180 } });
  });
});
