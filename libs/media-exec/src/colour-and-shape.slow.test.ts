import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { pictureFacts, pixelAt } from './fixtures/colours.ts';
import { convert, execOf, file, made, runOn } from './fixtures/scratch.ts';
import type { Params, Paths } from './fixtures/scratch.ts';

const exec = execOf();
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '4', '-pix_fmt', 'yuv420p'];
const canvas = { width: 320, height: 180, fps: 25 };
const id = 'file_aaaa';

const run = async (operation: OperationId, params: Params, paths: Paths): Promise<string> =>
  (await runOn(exec, operation, params, paths)).artifacts[0]?.path ?? '';

const outputOf = async (path: string, params: Readonly<Record<string, unknown>>): Promise<string> =>
  (await convert(exec, path, params)).artifacts[0]?.path ?? '';

const expectColour = (found: readonly number[], wanted: readonly number[], off = 4): void => {
  for (const [n, value] of wanted.entries())
    expect(Math.abs((found[n] ?? -1000) - value), `${found} for ${wanted}`).toBeLessThanOrEqual(off);
};

/** A photo that lies on its side in its file: red in its stored top left corner. */
const photo = async (orientation: number): Promise<string> => {
  const graph = 'color=0x3060A0:s=320x180,drawbox=x=0:y=0:w=80:h=60:c=red:t=fill';
  const jpeg = await readFile(await made('lying.jpg', '-f', 'lavfi', '-i', graph, '-frames:v', '1', '-q:v', '2'));
  const exif = Buffer.from(`4578696600004d4d002a000000080001011200030000000100${'0'.repeat(14)}`, 'hex');
  exif.writeUInt8(orientation, 25);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return file('photo.jpg', Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]));
};

describe.each([
  [6, { x: 170, y: 10 }],
  [8, { x: 10, y: 310 }],
])('a photo of orientation %i', async (orientation, corner) => {
  const path = await photo(orientation);

  it('stands upright in its facts', async () => {
    const { facts } = await exec.probe(path);
    expect(facts.video[0]).toMatchObject({ displayWidth: 180, displayHeight: 320 });
  });

  it('makes an upright film', async () => {
    const film = await run('image.to_mp4_loop', { duration: 1 }, { source: path });
    expect(await pictureFacts(film)).toMatchObject({ width: 180, height: 320 });
    expectColour(await pixelAt(film, corner), [254, 0, 0], 8);
  });

  it('is not squeezed on a time line, nor laid over a film', async () => {
    const keyframes = [{ url: id, timestamp: 0, duration: 400 }];
    const params = { tracks: [{ id: 'a', type: 'video', keyframes }], width: 320, height: 320, fps: 25 };
    const film = await run('compose.from_tracks', params, { 'tracks-0-keyframes-0-url': path });
    expectColour(await pixelAt(film, { x: 60, y: 160 }), [0, 0, 0]);
    expectColour(await pixelAt(film, { x: 160, y: 160 }), [48, 96, 160], 8);
    const below = await made('below.mp4', '-f', 'lavfi', '-i', 'color=black:s=640x360:r=25:d=0.4', ...h264);
    const filters = [{ type: 'image_overlay', params: { image_url: id, x: 0, y: 0 } }];
    const laid = await run('video.filter', { filters }, { source: below, 'filters-0-params-image_url': path });
    expectColour(await pixelAt(laid, { x: 90, y: 160 }), [48, 96, 160], 8);
    expectColour(await pixelAt(laid, { x: 200, y: 90 }), [0, 0, 0]);
  });
});

describe('transparency', async () => {
  const half = (format: string, most: number): string =>
    `color=0x00C000:s=320x180:r=25:d=0.4,format=${format},geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(X,160),0,${most})'`;
  const fast = ['-auto-alt-ref', '0', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '400k'];
  const web = (codec: string) => made('alpha.webm', '-f', 'lavfi', '-i', half('yuva420p', 255), '-c:v', codec, ...fast);
  const vp9 = await web('libvpx-vp9');
  const prores = ['-c:v', 'prores_ks', '-profile:v', '4444', '-pix_fmt', 'yuva444p10le'];
  const edited = await made('alpha.mov', '-f', 'lavfi', '-i', half('yuva444p10le', 1023), ...prores);
  const below = await made('below.mp4', '-f', 'lavfi', '-i', 'color=0xC00000:s=320x180:r=25:d=0.4', ...h264);

  it.each([
    ['VP9', vp9],
    ['VP8', await web('libvpx')],
    ['ProRes', edited],
  ])('of %s counts on a time line and over a film', async (_, above) => {
    const clip = [{ url: id, timestamp: 0, duration: 400 }];
    const tracks = ['a', 'b'].map((track) => ({ id: track, type: 'video', keyframes: clip }));
    const pieces = { 'tracks-0-keyframes-0-url': below, 'tracks-1-keyframes-0-url': above };
    const film = await run('compose.from_tracks', { tracks, ...canvas }, pieces);
    const filters = [{ type: 'image_overlay', params: { image_url: id, x: 0, y: 0 } }];
    const laid = await run('video.filter', { filters }, { source: below, 'filters-0-params-image_url': above });
    for (const path of [film, laid]) {
      expectColour(await pixelAt(path, { x: 40, y: 90 }), [192, 0, 0], 10);
      expectColour(await pixelAt(path, { x: 280, y: 90 }), [0, 192, 0], 10);
    }
  });

  it.each([
    ['ProRes', edited, 'webm'],
    ['VP9', vp9, 'webm'],
    ['VP9', vp9, 'mkv'],
  ])('of %s is kept where it can be', async (_, path, output_format) => {
    const film = await outputOf(path, { output_format, video_codec: 'vp9', resolution: '160x90', preset: 'fast' });
    const before = ['-c:v', 'libvpx-vp9'];
    const alpha = async (x: number) => (await pixelAt(film, { x, y: 45, before }, 'rgba'))[3];
    expect(await alpha(20)).toBeLessThan(10);
    expect(await alpha(140)).toBeGreaterThan(245);
  });

  it('is lost with a word', async () => {
    expect((await convert(exec, edited, { output_format: 'mp4' })).warnings.join()).toContain('transparency is lost');
  });

  it.each(['png', 'webp'])('is kept in a still, as %s', async (format) => {
    for (const path of [vp9, edited]) {
      const still = await run('video.thumbnails', { method: 'uniform', count: 1, format }, { source: path });
      expect((await pixelAt(still, { x: 40, y: 40 }, 'rgba'))[3]).toBeLessThan(10);
      expect((await pixelAt(still, { x: 280, y: 40 }, 'rgba'))[3]).toBeGreaterThan(245);
    }
  });
});

describe('pure colours', async () => {
  const sides = 'color=0xE02020:s=1280x720:r=25:d=0.2,drawbox=x=640:y=0:w=640:h=720:c=0x20A0E0:t=fill';
  const rgb = await made('rgb.mkv', '-f', 'lavfi', '-i', `${sides},format=gbrp`, '-c:v', 'libx264rgb', '-qp', '4');
  const quick = await made('rgb.mov', '-f', 'lavfi', '-i', `${sides},format=rgb24`, '-c:v', 'qtrle');

  const expectSides = async (path: string): Promise<void> => {
    const { width, height } = (await pictureFacts(path)) as { width: number; height: number };
    const y = Math.round(height / 2);
    expectColour(await pixelAt(path, { x: Math.round(width / 4), y }), [224, 32, 32]);
    expectColour(await pixelAt(path, { x: Math.round((width * 3) / 4), y }), [32, 160, 224]);
  };

  it.each([
    ['mkv', rgb, {}],
    ['mov', quick, {}],
    ['mkv in WebM', rgb, { output_format: 'webm', preset: 'fast', crf: 10 }],
    ['mkv, smaller', rgb, { resolution: '360p', crf: 10 }],
  ] as const)('of a screen recording in RGB stay: %s', async (_, path, params) => {
    const film = await outputOf(path, { crf: 10, ...params });
    expect(await pictureFacts(film)).toMatchObject({
      color_space: 'bt709',
      color_primaries: 'bt709',
      color_transfer: 'bt709',
    });
    await expectSides(film);
  });

  it('stay behind filters', async () => {
    const film = await run('video.filter', { filters: [{ type: 'fade', params: {} }], crf: 10 }, { source: rgb });
    expect(await pictureFacts(film)).toMatchObject({ color_space: 'bt709' });
    await expectSides(film);
  });

  it('have the same hue in all rungs of a ladder', async () => {
    const untagged = await made('hd.mp4', '-f', 'lavfi', '-i', `${sides},scale=out_color_matrix=bt709`, ...h264);
    const ladder = [{ resolution: '720p' }, { resolution: '360p' }];
    const bundle = await outputOf(untagged, { output_format: 'hls', ladder });
    for (const rung of ['720p', '360p']) {
      const playlist = join(bundle, rung, 'index.m3u8');
      expect(await pictureFacts(playlist)).toMatchObject({ color_space: 'bt709', sample_aspect_ratio: '1:1' });
      await expectSides(playlist);
    }
  });

  it.each([
    ['480x270', '0/1', ['smpte170m', 'smpte170m']],
    ['720x576', '64/45', ['bt470bg', 'bt470bg']],
    ['1280x720', '1/1', ['bt709', 'bt709']],
  ])('of an untagged source of %s are named by its size', async (size, sar, [matrix, primaries]) => {
    const path = await made('plain.mkv', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=0.2,setsar=${sar}`, ...h264);
    expect(await pictureFacts(await outputOf(path, { crf: 23 }))).toMatchObject({
      color_space: matrix,
      color_primaries: primaries,
    });
  });

  it('of tags that are there stay what they are', async () => {
    const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'];
    const path = await made('small.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=0.2', ...h264, ...tags);
    expect(await pictureFacts(await outputOf(path, { crf: 23 }))).toMatchObject({ color_space: 'bt709' });
  });
});

describe('grey', () => {
  it.each([60, 126, 220])('%i is not shifted by a composition', async (code) => {
    const graph = `color=gray:s=320x180:r=25:d=0.4,format=yuv420p,geq=lum=${code}:cb=128:cr=128`;
    const path = await made('grey.mp4', '-f', 'lavfi', '-i', graph, ...h264);
    for (const film of [
      await run('compose.from_urls', { ...canvas, width: 640, height: 360 }, { video: path }),
      await run('video.concat', { clips: [id, id], ...canvas, width: 640 }, { 'clips-0': path, 'clips-1': path }),
    ])
      expect(await pixelAt(film, { x: 160, y: 90 }, 'yuv444p')).toEqual([code, 128, 128]);
  });
});

describe('pixels', async () => {
  const film = await made('film.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25:d=0.2', ...h264);

  it.each([
    ['480p', 'mp4', { width: 854, height: 480 }],
    ['240p', 'mp4', { width: 426, height: 240 }],
    ['240p', 'webm', { width: 426, height: 240 }],
    ['333x201', 'mkv', { width: 334, height: 202 }],
  ])('are square at %s in %s', async (resolution, output_format, size) => {
    const facts = await pictureFacts(await outputOf(film, { resolution, output_format, preset: 'fast' }));
    expect(facts).toMatchObject({ ...size, sample_aspect_ratio: '1:1' });
  });
});
