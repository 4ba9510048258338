import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseCues } from '@ffapi/media';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from './index.ts';
import { beeps, flashes, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, file, made, real } from './fixtures/scratch.ts';

const exec = execOf();
const fast = { ladder: [{ resolution: '160x90' }], encoder_preset: 'veryfast', segment_duration: 2 };

const srt = (...cues: readonly (readonly [from: string, to: string, text: string])[]): string =>
  cues.map(([from, to, text], n) => `${n + 1}\n00:00:0${from} --> 00:00:0${to}\n${text}\n`).join('\n');

const german = await file(
  'de.srt',
  srt(['1,000', '1,500', 'Grüß Gott & <i>willkommen</i>'], ['3,000', '9,000', 'Ende']),
);
const signs = await file('en.srt', srt(['2,000', '2,500', 'EXIT']));

/** A film with subtitles, all of them converted to this codec. */
const withSubtitles = async (name: string, codec: string, before: readonly string[] = []): Promise<string> => {
  const inputs = [flashes(4), beeps(4)].flatMap((graph) => [...before, '-f', 'lavfi', '-i', graph]);
  const texts = [german, signs].flatMap((path) => [...before, '-i', path]);
  const maps = ['0', '1', '2', '3'].flatMap((input) => ['-map', input]);
  const said = ['-metadata:s:s:0', 'language=ger', '-metadata:s:s:1', 'language=eng', '-disposition:s:1', 'forced'];
  return made(name, ...inputs, ...texts, ...maps, ...h264, '-c:a', 'aac', '-c:s', codec, ...said);
};

const read = ({ artifacts }: RunOutcome, path: string): Promise<string> =>
  readFile(join(artifacts[0]?.path ?? '', path), 'utf8');

const cuesIn = (text: string) =>
  parseCues(text).cues.map(({ startMs, endMs, spans }) => [startMs, endMs, spans.map((span) => span.text).join('')]);

const expected = [
  [1_000, 1_500, 'Grüß Gott & willkommen'],
  [3_000, 4_000, 'Ende'],
];

/** The same cues; containers count times in steps of their own. */
const expectCues = (text: string, cues: readonly (readonly unknown[])[] = expected): void => {
  const found = cuesIn(text);
  expect(found.map(([, , words]) => words)).toEqual(cues.map(([, , words]) => words));
  for (const [n, times] of cues.entries())
    for (const at of [0, 1]) expect(Math.abs(Number(found[n]?.[at]) - Number(times[at])), text).toBeLessThanOrEqual(50);
};

describe.each([
  ['film.mkv', 'srt'],
  ['film.mkv', 'ass'],
  ['film.mp4', 'mov_text'],
  ['film.mkv', 'webvtt'],
])('subtitles of %s in %s', async (name, codec) => {
  const film = await withSubtitles(name, codec);

  it('go with HLS', async () => {
    const outcome = await convert(exec, film, { output_format: 'hls', ...fast });
    const master = await read(outcome, 'master.m3u8');
    expect(master).toContain(
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="subtitles/index.m3u8"\n',
    );
    expect(master).toContain('LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="subtitles-2/index.m3u8"\n');
    expect(master).toMatch(/AUDIO="audio",SUBTITLES="subtitles"\n90p\/index\.m3u8/);
    const [uri = ''] = /^[^#].*\.vtt$/m.exec(await read(outcome, 'subtitles/index.m3u8')) ?? [];
    const text = await read(outcome, `subtitles/${uri}`);
    expect(text).toMatch(/^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\d+,LOCAL:00:00:00\.000\n/);
    expectCues(text);
    expect(outcome.artifacts[0]?.entries?.find(({ path }) => path.endsWith('.vtt'))?.contentType).toBe('text/vtt');
  });

  it('go with DASH', async () => {
    const outcome = await convert(exec, film, { output_format: 'dash', ...fast });
    const manifest = await read(outcome, 'manifest.mpd');
    expect(manifest).toMatch(/<AdaptationSet id="2" contentType="text" mimeType="text\/vtt" lang="de">/);
    expect(manifest).toContain('value="forced-subtitle"');
    const [, path = ''] = /<BaseURL>(.*)<\/BaseURL>/.exec(manifest) ?? [];
    expectCues(await read(outcome, path));
  });
});

it('subtitles of a film that begins later in its file keep their place in it', async () => {
  const film = await withSubtitles('now.mkv', 'srt');
  const later = await made('later.mkv', '-itsoffset', '5', '-i', film, '-map', '0', '-c', 'copy', '-copyts');
  const outcome = await convert(exec, later, { output_format: 'hls', ...fast });
  expectCues(await read(outcome, 'subtitles/subtitles.vtt'));
});

it.each(['fmp4', 'ts'])('subtitles beside segments of %s are on their clock', async (segment_type) => {
  const film = await withSubtitles('film.mkv', 'srt');
  const outcome = await convert(exec, film, { output_format: 'hls', ...fast, segment_type });
  const [, ticks] = /MPEGTS:(\d+),/.exec(await read(outcome, 'subtitles/subtitles.vtt')) ?? [];
  const main = join(outcome.artifacts[0]?.path ?? '', '90p/index.m3u8');
  const argv = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', main];
  const { stdout } = await promisify(execFile)(real.ffprobe, argv);
  expect(Number(ticks) / 90_000).toBeCloseTo(Number.parseFloat(stdout), 3);
});

it('a track without text is left out, and said', async () => {
  const empty = await file('empty.srt', srt(['1,000', '2,000', '<i></i>']));
  const argv = [
    '-i',
    await withSubtitles('film.mkv', 'srt'),
    '-i',
    empty,
    '-map',
    '0:v',
    '-map',
    '0:a',
    '-map',
    '0:s:0',
  ];
  const film = await made('more.mkv', ...argv, '-map', '1', '-c', 'copy');
  const outcome = await convert(exec, film, { output_format: 'hls', ...fast });
  expect(outcome.warnings).toContain('subtitle track 3 is left out: it holds no text');
  expect(await read(outcome, 'master.m3u8')).not.toContain('subtitles-2');
});
