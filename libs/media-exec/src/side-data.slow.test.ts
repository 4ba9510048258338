import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { beeps, flashes, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, file, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];

const pathOf = async (operation: OperationId, film: string, params: Readonly<Record<string, unknown>>) => {
  const outcome = await convert(exec, film, params, { id: operation });
  return { path: outcome.artifacts[0]?.path ?? '', warnings: outcome.warnings };
};

interface Probed {
  readonly chapters: readonly {
    readonly start_time: string;
    readonly end_time: string;
    readonly tags?: { title?: string };
  }[];
  readonly streams: readonly {
    readonly codec_type: string;
    readonly codec_name: string;
    readonly width?: number;
    readonly bits_per_raw_sample?: string;
    readonly disposition: { readonly attached_pic: number };
    readonly tags?: Readonly<Record<string, string>>;
  }[];
  readonly format: { readonly duration: string; readonly tags?: Readonly<Record<string, string>> };
}

const probed = async (path: string): Promise<Probed> => {
  const argv = ['-v', 'error', '-show_chapters', '-show_streams', '-show_format', '-of', 'json', path];
  return JSON.parse((await promisify(execFile)(real.ffprobe, argv)).stdout) as Probed;
};

/** Containers count in frames of sound, or in milliseconds. */
const tenths = (time: string): number => Math.round(Number(time) * 10) / 10;

const chaptersOf = async (path: string): Promise<string[]> =>
  (await probed(path)).chapters.map(
    ({ start_time: start, end_time: end, tags }) => `${tenths(start)}-${tenths(end)} ${tags?.title}`,
  );

const section = (start: number, end: number, title: string): string[] => [
  '[CHAPTER]',
  'TIMEBASE=1/1000',
  `START=${start}`,
  `END=${end}`,
  `title=${title}`,
];
const chapters = [section(0, 2_000, 'One'), section(2_000, 4_000, 'Two'), section(4_000, 8_000, 'Three')];
const text = await file('chapters.txt', [';FFMETADATA1', ...chapters.flat(), ''].join('\n'));

describe('chapters of a film', async () => {
  const film = await made(
    'chapters.mkv',
    ...lavfi(flashes(8)),
    ...lavfi(beeps(8)),
    '-i',
    text,
    '-map',
    '0',
    '-map',
    '1',
    '-map_chapters',
    '2',
    ...h264,
    '-c:a',
    'aac',
  );

  it.each(['mp4', 'mov', 'mkv', 'webm'])('follow it at twice the speed in %s', async (output_format) => {
    const filters = [{ type: 'speed', params: { factor: 2 } }];
    const { path } = await pathOf('video.filter', film, { filters, output_format, preset: 'fast' });
    expect(await chaptersOf(path)).toEqual(['0-1 One', '1-2 Two', '2-4 Three']);
    expect(Number((await probed(path)).format.duration)).toBeLessThan(4.1);
  });

  it.each(['m4a', 'mp3', 'opus'])('follow its sound at another tempo in %s', async (output_format) => {
    const { path } = await pathOf('audio.tempo', film, { tempo: 2, output_format });
    expect(await chaptersOf(path)).toEqual(['0-1 One', '1-2 Two', '2-4 Three']);
  });

  it('move up where silence is cut out', async () => {
    const { path } = await pathOf('audio.silence', film, { remove: true, output_format: 'm4a' });
    const { format, chapters: after } = await probed(path);
    expect(Number(format.duration)).toBeLessThan(3);
    expect(after).toHaveLength(3);
    expect(Number(after[2]?.end_time)).toBeLessThanOrEqual(Number(format.duration) + 0.05);
    // Each of them begins with a beep, a second of silence before it is gone.
    expect(Number(after[1]?.start_time)).toBeLessThan(1);
  });

  it('are no reason for a file to be longer than its film', async () => {
    const late = await file('late.txt', [';FFMETADATA1', ...section(0, 60_000, 'Long'), ''].join('\n'));
    const argv = ['-i', film, '-i', late, '-map', '0', '-map_chapters', '1', '-c', 'copy'];
    const { path } = await pathOf('transcode', await made('late.mkv', ...argv), {
      output_format: 'mp4',
      crf: 30,
      preset: 'fast',
    });
    expect(await chaptersOf(path)).toEqual(['0-8 Long']);
    expect(Number((await probed(path)).format.duration)).toBeLessThan(8.1);
  });
});

describe('a film with a cover', async () => {
  const jpeg = await made('cover.jpg', ...lavfi('testsrc2=s=64x64'), '-frames:v', '1');
  const png = await made('cover.png', ...lavfi('testsrc2=s=48x48'), '-frames:v', '1');
  const encoded = ['-c:v:0', 'libx264', '-preset', 'ultrafast', '-pix_fmt:v:0', 'yuv420p', '-c:a', 'aac'];
  const streams = [...lavfi('testsrc2=s=320x180:r=25:d=2'), ...lavfi('sine=d=2')];
  const maps = ['-map', '0', '-map', '1', '-map', '2', '-c:v:1', 'copy', '-disposition:v:1', 'attached_pic'];
  const mp4 = await made('film.mp4', ...streams, '-i', jpeg, ...maps, ...encoded);
  const attached = ['-attach', png, '-metadata:s:t', 'mimetype=image/png', '-metadata:s:t', 'filename=cover.png'];
  const uneven = ['-vf', "select='gt(mod(n,5),1)'", '-fps_mode', 'vfr'];
  const mkv = await made('film.mkv', ...streams, ...uneven, ...encoded, ...attached);

  it.each([
    ['mp4', {}],
    ['mkv', {}],
    ['mp4', { resolution: '160x90', preset: 'fast' }],
    ['mkv', { resolution: '160x90', preset: 'fast' }],
    ['mp4', { video_codec: 'hevc', preset: 'fast' }],
    ['mp4', { video_bitrate: '200k', two_pass: true }],
    ['mkv', { video_codec: 'av1', preset: 'fast', resolution: '160x90' }],
  ])('keeps it in %s with %j', async (output_format, params) => {
    for (const [film, width] of [
      [mp4, 64],
      [mkv, 48],
    ] as const) {
      const { path, warnings } = await pathOf('transcode', film, { output_format, ...params });
      const covers = (await probed(path)).streams.filter(({ disposition }) => disposition.attached_pic === 1);
      expect(covers.map((cover) => cover.width)).toEqual([width]);
      expect(warnings.join()).not.toContain('cover');
      const { facts } = await exec.probe(path);
      expect(facts.video).toHaveLength(2);
      expect(Math.abs((facts.durationMs ?? 0) - 2000)).toBeLessThanOrEqual(60);
      await promisify(execFile)(real.ffmpeg, ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-']);
    }
  });

  it('keeps none where nothing of the source is to be told', async () => {
    const { path } = await pathOf('transcode', mp4, { output_format: 'mp4', strip_metadata: true });
    expect((await exec.probe(path)).facts.video).toHaveLength(1);
  });

  it.each(['webm', 'mov', 'ts'])('says that %s has none', async (output_format) => {
    const { warnings } = await pathOf('transcode', mp4, { output_format, preset: 'fast' });
    expect(warnings.join()).toContain(`left out of ${output_format}`);
  });
});

describe('a song with a cover', async () => {
  const picture = await made('cover.jpg', ...lavfi('testsrc2=s=64x64'), '-frames:v', '1');
  const song = await made(
    'song.mp3',
    ...lavfi('sine=d=4'),
    '-i',
    picture,
    '-map',
    '0',
    '-map',
    '1',
    '-c:v',
    'copy',
    '-disposition:v',
    'attached_pic',
    '-metadata',
    'title=Song',
  );

  it.each(['mp3', 'm4a', 'flac'])('keeps it in %s', async (output_format) => {
    for (const operation of ['transcode', 'audio.normalize', 'audio.process'] as const) {
      const { path, warnings } = await pathOf(operation, song, { output_format });
      const { streams, format } = await probed(path);
      expect(
        streams.filter(({ disposition }) => disposition.attached_pic === 1),
        operation,
      ).toHaveLength(1);
      expect(format.tags?.title ?? format.tags?.TITLE).toBe('Song');
      expect(warnings.join()).not.toContain('cover');
    }
  });

  it('of Ogg keeps its title elsewhere', async () => {
    const ogg = await made('song.ogg', ...lavfi('sine=d=1'), '-c:a', 'libvorbis', '-metadata', 'title=Song');
    for (const operation of ['transcode', 'audio.normalize'] as const) {
      const { path } = await pathOf(operation, ogg, { output_format: 'mp3' });
      expect((await probed(path)).format.tags?.title, operation).toBe('Song');
    }
  });
});

describe('samples of 24 bits', () => {
  it.each([
    ['wav', 'pcm_s24le'],
    ['aiff', 'pcm_s24be'],
    ['flac', 'flac'],
  ])('of %s stay in WAV and FLAC', async (extension, codec) => {
    const deep = codec === 'flac' ? ['-sample_fmt', 's32'] : [];
    const source = await made(`deep.${extension}`, ...lavfi('sine=d=1'), '-c:a', codec, ...deep);
    for (const operation of ['transcode', 'audio.normalize'] as const)
      for (const output_format of ['wav', 'flac']) {
        const { path } = await pathOf(operation, source, { output_format });
        expect((await probed(path)).streams[0]?.bits_per_raw_sample, `${operation} ${output_format}`).toBe('24');
      }
  });
});

describe('names of tracks', async () => {
  const film = await made(
    'named.mkv',
    ...lavfi(flashes(2)),
    ...lavfi(beeps(2)),
    ...lavfi('sine=d=2'),
    '-map',
    '0',
    '-map',
    '1',
    '-map',
    '2',
    ...h264,
    '-c:a',
    'aac',
    '-metadata:s:a:0',
    'language=jpn',
    '-metadata:s:a:0',
    'title=Main mix',
    '-metadata:s:a:1',
    'language=deu',
  );

  it('stay with sound that is filtered', async () => {
    const { path, warnings } = await pathOf('audio.normalize', film, {});
    const [, sound] = (await probed(path)).streams;
    expect(sound?.tags).toMatchObject({ language: 'jpn', title: 'Main mix' });
    expect(warnings.join()).toContain('left out: deu');
  });

  it.each([
    ['mov', 'ger'],
    ['mp4', 'deu'],
    ['webm', 'deu'],
  ])('stay in %s, as %s', async (output_format, language) => {
    const { path } = await pathOf('transcode', film, { output_format, resolution: '160x90', preset: 'fast' });
    const [, first, second] = (await probed(path)).streams;
    expect([first?.tags?.language, second?.tags?.language]).toEqual(['jpn', language]);
  });
});

describe('a picture of HDR10', async () => {
  const display = 'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)';
  const hdr = await made(
    'hdr.mp4',
    ...lavfi('testsrc2=s=320x180:r=25:d=0.4'),
    ...'-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast'.split(' '),
    '-x265-params',
    `log-level=error:master-display=${display}:max-cll=1000,400`,
    ...'-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc'.split(' '),
  );

  it.each([
    ['transcode', { video_codec: 'hevc', resolution: '160x90' }],
    ['transcode', { video_codec: 'av1', output_format: 'mkv', resolution: '160x90' }],
    ['video.filter', { filters: [{ type: 'flip', params: { direction: 'horizontal' } }] }],
  ] as const)('says how it was mastered behind %s %j', async (operation, params) => {
    const { path } = await pathOf(operation, hdr, params);
    const [picture] = (await exec.probe(path)).facts.video;
    expect(picture?.mastering?.light).toEqual({ max: 1_000, average: 400 });
    const { red, luminance } = picture?.mastering?.display ?? {};
    expect([red?.[0], luminance?.max].map((value) => Math.round((value ?? 0) / 100))).toEqual([340, 100_000]);
  });
});
