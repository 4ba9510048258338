import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { containerRules, videoContainers } from '@ffapi/contracts';
import type { OperationId } from '@ffapi/contracts';
import { describe, expect, it } from 'vitest';
import { convert, execOf, failureOf, made, real, runOn } from './fixtures/scratch.ts';

const exec = execOf();
const files = videoContainers.filter((name) => name !== 'hls' && name !== 'dash');
const soundFiles = ['mp3', 'm4a', 'aac', 'flac', 'wav', 'ogg', 'opus'] as const;

const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=0.3'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const sound = (rate = 48_000): string[] => ['-f', 'lavfi', '-i', `sine=d=0.3:r=${rate},aformat=channel_layouts=stereo`];
const silence = (layout: string): string[] => ['-f', 'lavfi', '-i', `anullsrc=r=48000:cl=${layout}:d=0.3`];

/** Codec, channels, layout and rate of the first sound of a file, and the configuration that AAC writes for its channels. */
const soundOf = async (path: string) => {
  const argv = ['-v', 'error', '-select_streams', 'a:0', '-show_streams', '-show_data', '-of', 'json', path];
  const { streams } = JSON.parse((await promisify(execFile)(real.ffprobe, argv)).stdout);
  const { codec_name, channels, channel_layout, sample_rate, extradata } = streams[0];
  const [, first = '0'] = /00000000: ([0-9a-f]{4})/.exec(extradata ?? '') ?? [];
  return {
    codec: codec_name,
    channels,
    layout: channel_layout,
    rate: Number(sample_rate),
    configuration: (Number.parseInt(first, 16) >> 3) & 15,
  };
};

const outputOf = async (path: string, params: Readonly<Record<string, unknown>>, id?: OperationId) =>
  (await convert(exec, path, params, { id })).artifacts[0]?.path ?? '';

const film = await made('film.mkv', ...picture, ...sound(), ...h264, '-c:a', 'flac');

describe('every codec that is offered for a container', () => {
  it.each(files.flatMap((container) => containerRules[container].video.map((codec) => [container, codec] as const)))(
    '%s carries %s',
    async (output_format, video_codec) => {
      const params = { output_format, video_codec, preset: 'fast', crf: 35 };
      const { artifacts } = await convert(exec, film, params);
      expect(artifacts[0]?.media).toMatchObject({ videoCodec: video_codec, width: 160, height: 90 });
    },
  );

  it.each(
    [...files, ...soundFiles].flatMap((container) =>
      containerRules[container].audio.map((codec) => [container, codec] as const),
    ),
  )('%s carries %s', async (output_format, audio_codec) => {
    const isAlone = output_format !== 'mxf';
    const params = { output_format, audio_codec, ...(isAlone ? { video_codec: 'none' } : {}) };
    const { artifacts } = await convert(exec, film, params);
    expect(artifacts[0]?.media.audioCodec).toBe(audio_codec === 'pcm' ? 'pcm_s16le' : audio_codec);
  });
});

describe('FLAC on its way into MP4', async () => {
  const song = await made('song.flac', ...sound());

  it.each([
    ['becomes AAC', {}, 'aac'],
    ['becomes AAC beside a new picture', { preset: 'web_optimized' }, 'aac'],
    ['stays where it is asked for', { audio_codec: 'flac' }, 'flac'],
    ['is copied where a copy is asked for', { audio_codec: 'copy' }, 'flac'],
  ] as const)('%s', async (_, params, codec) => {
    expect((await soundOf(await outputOf(film, params))).codec).toBe(codec);
  });

  it('becomes AAC behind filters', async () => {
    const filters = [{ type: 'grayscale', params: {} }];
    expect((await soundOf(await outputOf(film, { filters }, 'video.filter'))).codec).toBe('aac');
  });

  it('becomes AAC without a picture, too', async () => {
    expect((await soundOf(await outputOf(song, { output_format: 'mp4' }))).codec).toBe('aac');
  });
});

describe('sound of every layout', () => {
  it.each([
    ['5.1(side)', { layout: '5.1', configuration: 6 }],
    ['5.0(side)', { layout: '5.0', configuration: 5 }],
    ['7.1', { layout: '7.1', configuration: 7 }],
    ['7.1(wide)', { layout: '7.1', configuration: 7 }],
    ['6.1', { layout: '7.1', configuration: 7 }],
    ['quad', { layout: '5.0', configuration: 5 }],
    ['2.1', { layout: '5.1', configuration: 6 }],
    ['FL', { layout: 'mono', configuration: 1 }],
    ['FL+LFE', { layout: 'stereo', configuration: 2 }],
  ] as const)('%s becomes AAC that every player reads', async (layout, expected) => {
    const path = await made('around.wav', ...silence(layout));
    const mov = await made('around.mkv', ...picture, '-i', path, ...h264, '-c:a', 'flac');
    expect(await soundOf(await outputOf(mov, { output_format: 'mp4' }))).toMatchObject({ codec: 'aac', ...expected });
    const extracted = await outputOf(mov, { format: 'm4a' }, 'audio.extract');
    expect(await soundOf(extracted)).toMatchObject({ codec: 'aac', ...expected });
    const filters = [{ type: 'grayscale', params: {} }];
    expect(await soundOf(await outputOf(mov, { filters }, 'video.filter'))).toMatchObject(expected);
  });

  it.each(['2.1', '4.0', '5.0(side)', '6.0', '7.1(wide)', 'FL', 'FL+LFE', 'downmix'])(
    '%s goes into every container of sound',
    async (layout) => {
      const path = await made('around.wav', ...silence(layout));
      for (const output_format of ['mp3', 'flac', 'ogg', 'opus'])
        expect(await soundOf(await outputOf(path, { output_format })), output_format).toMatchObject({
          layout: expect.not.stringMatching(/channel|unknown/),
        });
    },
  );
});

describe('a camera’s two tracks of one channel each', async () => {
  const graph = '[1:a]asplit[x][y];[x]pan=FL|c0=c0[l];[y]pan=FR|c0=c0[r]';
  const tracks = ['-filter_complex', graph, '-map', '0', '-map', '[l]', '-map', '[r]'];
  const camera = await made('camera.mov', ...picture, ...sound(), ...tracks, ...h264, '-c:a', 'pcm_s16le');

  it.each([
    ['transcode', { resolution: '80x46' }],
    ['transcode', { output_format: 'webm', preset: 'fast' }],
    ['transcode', { preset: 'hls_streaming' }],
    ['video.filter', { filters: [{ type: 'grayscale', params: {} }] }],
    ['audio.extract', { format: 'm4a', track: 1 }],
    ['audio.normalize', { target_lufs: -20 }],
  ] as const)('%s of %o', async (id, params) => {
    const { artifacts } = await convert(exec, camera, params, { id });
    expect(artifacts).toHaveLength(1);
  });

  it('are heard in compositions', async () => {
    const canvas = { width: 160, height: 90, fps: 25 };
    for (const [operation, params, paths] of [
      ['video.concat', { clips: ['file_aaaa', 'file_bbbb'], ...canvas }, { 'clips-0': camera, 'clips-1': camera }],
      ['compose.from_urls', { ...canvas }, { video: camera }],
    ] as const) {
      const outcome = await runOn(exec, operation, params, paths);
      expect(await soundOf(outcome.artifacts[0]?.path ?? '')).toMatchObject({ layout: 'stereo' });
    }
  });
});

describe('sound of every rate', () => {
  it.each([4_000, 8_000, 22_257, 96_000, 192_000])('%i Hz goes into every container of sound', async (rate) => {
    const path = await made('rate.wav', ...sound(rate));
    for (const output_format of soundFiles)
      expect(await soundOf(await outputOf(path, { output_format })), output_format).toMatchObject({ channels: 2 });
    for (const audio_codec of ['mp3', 'opus', 'aac'])
      expect(await soundOf(await outputOf(path, { output_format: 'mp4', audio_codec })), audio_codec).toMatchObject({
        codec: audio_codec,
      });
  });

  it('a bit rate that the encoder refuses becomes the nearest, and is said', async () => {
    const path = await made('rate.wav', ...sound(8_000));
    const outcome = await convert(exec, path, { output_format: 'ogg', audio_bitrate: '512k' });
    expect(outcome.warnings.join()).toContain('vorbis cannot have 512000');
  });

  it('slow MP3 is not copied where MP4 has no word for it', async () => {
    const path = await made('slow.mp3', ...sound(8_000));
    const params = { output_format: 'mp4', audio_codec: 'mp3' };
    expect(await soundOf(await outputOf(path, params))).toMatchObject({ codec: 'mp3', rate: 16_000 });
    const copy = convert(exec, path, { output_format: 'mp4', audio_codec: 'copy' });
    expect((await failureOf(copy)).code).toBe('codec_container_mismatch');
  });

  it('samples that Matroska has no word for are not copied into it', async () => {
    const path = await made('odd.mov', ...sound(), '-c:a', 'pcm_f32be');
    expect((await soundOf(await outputOf(path, { output_format: 'mkv' }))).codec).toBe('aac');
  });
});

describe('a picture that an encoder has no size for', () => {
  it.each([
    ['mp4', 'av1', '48x48', '64x64'],
    ['mp4', 'av1', '1000x30', '64x64'],
    ['mkv', 'hevc', '8x8', '16x16'],
  ])('in %s of %s: %s is refused, and the least is said', async (output_format, video_codec, size, least) => {
    const path = await made('small.mkv', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=0.2`, ...h264);
    const failure = await failureOf(convert(exec, path, { output_format, video_codec }));
    expect(failure.code).toBe('param_out_of_range');
    expect(failure.message).toContain(least);
  });

  it.each([
    ['h264', '2x2'],
    ['hevc', '17x19'],
    ['av1', '65x67'],
    ['vp9', '3x5'],
  ])('%s takes %s', async (video_codec, size) => {
    const path = await made('small.mkv', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=0.2`, '-c:v', 'ffv1');
    const { artifacts } = await convert(exec, path, { output_format: 'mkv', video_codec, preset: 'fast' });
    expect(artifacts[0]?.media.videoCodec).toBe(video_codec);
  });
});
