import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from './index.ts';
import { apart, beepsOf, flashesOf } from './fixtures/flash-and-beep.ts';
import { convert, execOf, failureOf, file, real, stub } from './fixtures/scratch.ts';

const exec = execOf();
const ladder = [{ resolution: '320x180' }, { resolution: '160x90' }];
const fast = { output_format: 'hls', ladder, encoder_preset: 'veryfast', segment_duration: 4 };

const folderOf = ({ artifacts }: RunOutcome): string => artifacts[0]?.path ?? '';

/** Decodes these bytes, and says what each picture was. */
const picturesIn = async (bytes: Uint8Array): Promise<string[]> => {
  const fields = ['-select_streams', 'v', '-show_entries', 'frame=pict_type', '-of', 'csv=p=0'];
  const { stdout } = await promisify(execFile)(real.ffprobe, ['-v', 'error', ...fields, await file('cut', bytes)]);
  return stdout.split('\n').flatMap((line) => line.replaceAll(',', '').trim() || []);
};

interface Keyframe {
  readonly seconds: number;
  readonly at: number;
  readonly size: number;
  readonly uri: string;
}

const keyframesIn = (playlist: string): Keyframe[] =>
  [...playlist.matchAll(/#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n(.+)\n/g)].map(
    ([, seconds, size, at, uri = '']) => ({ seconds: Number(seconds), at: Number(at), size: Number(size), uri }),
  );

describe.each([
  ['fmp4', 'm4s', [0, 4]],
  ['ts', 'ts', [0, 2, 4, 6]],
] as const)('segments of %s', async (segment_type, extension, instants) => {
  const film = await apart('late.mp4', { sound: 0.8, seconds: 8 });
  const outcome = await convert(exec, film, { ...fast, segment_type });
  const folder = folderOf(outcome);
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');

  it('are listed with what they hold', () => {
    expect(master).toMatch(
      /CODECS="avc1\.[0-9A-F]{6},mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=25\.000,AUDIO="audio"\n/,
    );
    const names = outcome.artifacts[0]?.entries?.map(({ path }) => path) ?? [];
    expect(names.filter((path) => path.endsWith(`.${extension}`))).toHaveLength(7);
    const types = { m4s: 'video/iso.segment', ts: 'video/mp2t' };
    const [one] = outcome.artifacts[0]?.entries?.filter(({ path }) => path.endsWith(`.${extension}`)) ?? [];
    expect(one?.contentType).toBe(types[extension]);
  });

  it('have picture and sound together', async () => {
    const main = join(folder, 'master.m3u8');
    const [seen, heard] = [await flashesOf(main), await beepsOf(main)];
    expect(seen).toHaveLength(4);
    for (const [n, time] of seen.entries()) expect(Math.abs((heard[n] ?? Infinity) - time)).toBeLessThan(0.025);
  });

  it('can be searched by their keyframes, each a picture of its own', async () => {
    expect(master).toMatch(
      /#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=\d+,CODECS="avc1\.[0-9A-F]{6}",RESOLUTION=160x90,URI="90p\/keyframes\.m3u8"/,
    );
    const playlist = await readFile(join(folder, '180p/keyframes.m3u8'), 'utf8');
    expect(playlist).toContain('#EXT-X-I-FRAMES-ONLY\n');
    const keyframes = keyframesIn(playlist);
    const begin = keyframes.map((_, n) => keyframes.slice(0, n).reduce((sum, { seconds }) => sum + seconds, 0));
    expect(begin.map((seconds) => Math.round(seconds * 1000) / 1000)).toEqual(instants);
    for (const { uri, at, size } of keyframes) {
      const segment = await readFile(join(folder, '180p', uri));
      const [, initUri] = /#EXT-X-MAP:URI="(.*)"/.exec(playlist) ?? [];
      const first = keyframes.find((keyframe) => keyframe.uri === uri)?.at ?? 0;
      const init = initUri === undefined ? segment.subarray(0, first) : await readFile(join(folder, '180p', initUri));
      expect(size).toBeLessThan(segment.length);
      expect(await picturesIn(Buffer.concat([init, segment.subarray(at, at + size)])), `${uri} ${at}`).toEqual(['I']);
    }
  });
});

it.each(['h264', 'hevc'])(
  '%s beside its sound begins by edit lists of one entry, which browsers know',
  async (codec) => {
    const film = await apart('film.mp4', {});
    const outcome = await convert(exec, film, { ...fast, video_codec: codec });
    const inits = outcome.artifacts[0]?.entries?.filter(({ path }) => path.endsWith('.mp4')) ?? [];
    expect(inits).toHaveLength(3);
    for (const { path, absolutePath } of inits) {
      const init = await readFile(absolutePath);
      const at = init.indexOf('elst');
      expect(at === -1 ? 0 : init.readUInt32BE(at + 8), path).toBeLessThanOrEqual(1);
    }
  },
);

it.each(['truncate -s -1', 'truncate -s 0', 'rm'])(
  'a transport stream that is spoilt by %s is not delivered',
  async (spoil) => {
    const path = await stub(`${real.ffmpeg} "$@" && ${spoil} ../out/hls/180p/segment_00000.ts`);
    const film = await apart('film.mp4', {});
    const work = convert(execOf('off', path), film, { ...fast, segment_type: 'ts' });
    expect((await failureOf(work)).code).toBe('output_invalid');
  },
);
