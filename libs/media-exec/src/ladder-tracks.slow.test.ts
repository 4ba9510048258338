import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunOutcome } from './index.ts';
import { describe, expect, it } from 'vitest';
import { beeps, beepsOf, flashes, flashesOf, h264 } from './fixtures/flash-and-beep.ts';
import { convert, execOf, made, real } from './fixtures/scratch.ts';

const exec = execOf();

/** Beeps that come later by this, so that a track is known by its sound. */
const later = (seconds: number): string => `${beeps(4)},adelay=${seconds * 1000}:all=1,atrim=end=4`;

const mainOf = ({ artifacts }: RunOutcome): string => join(artifacts[0]?.path ?? '', artifacts[0]?.main ?? '');
const manifestOf = (outcome: RunOutcome): Promise<string> => readFile(mainOf(outcome), 'utf8');

/** Shape of each rung's picture, as its own header says. */
const shapesOf = async (main: string): Promise<string[]> => {
  const fields = ['-select_streams', 'v', '-show_entries', 'stream=width,height,sample_aspect_ratio'];
  const { stdout } = await promisify(execFile)(real.ffprobe, ['-v', 'error', ...fields, '-of', 'json', main]);
  const { streams } = JSON.parse(stdout) as { streams: Record<string, unknown>[] };
  return streams.map(({ width, height, sample_aspect_ratio: sar }) => `${width}x${height} ${sar}`);
};

/** How long after the flash each track beeps first. */
const expectBeeps = async (outcome: RunOutcome, behind: readonly number[]): Promise<void> => {
  const [seen] = await flashesOf(mainOf(outcome));
  for (const [track, seconds] of behind.entries()) {
    const [heard] = await beepsOf(mainOf(outcome), track);
    expect(Math.abs((heard ?? Infinity) - (seen ?? 0) - seconds), `track ${track}`).toBeLessThan(0.03);
  }
};

const fast = {
  ladder: [{ resolution: '320x180' }, { resolution: '160x90' }],
  encoder_preset: 'ultrafast',
  segment_duration: 2,
};

describe('a film in three languages', async () => {
  const sources = [flashes(4), beeps(4), later(0.3), later(0.6)].flatMap((graph) => ['-f', 'lavfi', '-i', graph]);
  const maps = ['0', '1', '2', '3'].flatMap((input) => ['-map', input]);
  const said = ['ger', 'eng', 'und'].flatMap((tag, n) => [`-metadata:s:a:${n}`, `language=${tag}`]);
  const titled = ['-metadata:s:a:2', 'title=Talk of the "makers"', '-disposition:a:2', 'comment'];
  const chosen = ['-disposition:a:0', '0', '-disposition:a:1', 'default'];
  const codecs = [...h264, '-c:a', 'aac', '-ac:a:0', '1', '-c:a:1', 'ac3', '-c:a:2', 'flac'];
  const film = await made('three.mkv', ...sources, ...maps, ...said, ...titled, ...chosen, ...codecs);

  it('has all of them in HLS, by name and language', async () => {
    const outcome = await convert(exec, film, { output_format: 'hls', ...fast });
    const master = await manifestOf(outcome);
    expect(master.split('\n').filter((line) => line.startsWith('#EXT-X-MEDIA'))).toEqual([
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Deutsch",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="1",URI="audio/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="1",URI="audio-2/index.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Talk of the ’makers’",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="1",URI="audio-3/index.m3u8"',
    ]);
    await expectBeeps(outcome, [0, 0.3, 0.6]);
  });

  it('has all of them in DASH, each in a set of its own', async () => {
    const outcome = await convert(exec, film, { output_format: 'dash', ...fast });
    const manifest = await manifestOf(outcome);
    const sets = [...manifest.matchAll(/<AdaptationSet ([^>]*)>/g)].map(([, attributes = '']) => attributes);
    expect(sets).toHaveLength(4);
    expect(sets.map((set) => / lang="([^"]*)"/.exec(set)?.[1])).toEqual([undefined, 'de', 'en', undefined]);
    expect(manifest).toContain('<Label>Talk of the ’makers’</Label>');
    expect(manifest.match(/<Role [^>]*value="(\w+)"/g)?.map((role) => /value="(\w+)"/.exec(role)?.[1])).toEqual([
      'alternate',
      'main',
      'commentary',
    ]);
    expect([...manifest.matchAll(/<AdaptationSet id="(\d)"/g)].map(([, id]) => id)).toEqual(['0', '1', '2', '3']);
    expect(await shapesOf(mainOf(outcome))).toEqual(['320x180 1:1', '160x90 1:1']);
    await expectBeeps(outcome, [0, 0.3, 0.6]);
  });
});

describe('an anamorphic film', async () => {
  const argv = ['-f', 'lavfi', '-i', 'testsrc2=s=720x576:r=25:d=2,setsar=64/45', ...h264];
  const film = await made('anamorphic.mp4', ...argv);

  it.each(['hls', 'dash'])('has square pixels in every rung of %s', async (output_format) => {
    const outcome = await convert(exec, film, { output_format, encoder_preset: 'ultrafast' });
    const main = mainOf(outcome);
    expect(await shapesOf(main)).toEqual(['1024x576 1:1', '854x480 1:1', '640x360 1:1']);
    if (output_format === 'dash') expect((await manifestOf(outcome)).match(/<AdaptationSet /g)).toHaveLength(1);
  });
});

describe('a film whose rungs are not exactly of its shape', async () => {
  const film = await made('square.mp4', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=2', ...h264);

  it.each(['hls', 'dash'])('has square pixels in every rung of %s', async (output_format) => {
    const rungs = [{ resolution: '360p' }, { resolution: '240p' }];
    const outcome = await convert(exec, film, { output_format, ladder: rungs, encoder_preset: 'ultrafast' });
    expect(await shapesOf(mainOf(outcome))).toEqual(['640x360 1:1', '426x240 1:1']);
  });

  it('has square pixels in a file', async () => {
    const { artifacts } = await convert(exec, film, { resolution: '240p', encoder_preset: 'ultrafast' });
    expect(await shapesOf(artifacts[0]?.path ?? '')).toEqual(['426x240 1:1']);
  });
});

describe('two programmes in one transport stream', async () => {
  const sources = [later(0.3), flashes(4), beeps(4)].flatMap((graph) => ['-f', 'lavfi', '-i', graph]);
  const programmes = ['-program', 'program_num=1:title=Radio:st=0', '-program', 'program_num=2:title=Film:st=1:st=2'];
  const maps = ['-map', '0', '-map', '1', '-map', '2'];
  const film = await made('two.ts', ...sources, ...maps, ...h264, '-c:a', 'mp2', ...programmes);

  it.each(['hls', 'dash', 'mkv'])('are one in %s, whose picture and sound belong together', async (output_format) => {
    const outcome = await convert(exec, film, { output_format, resolution: '160x90' });
    expect(outcome.plan.outputs[0]?.expect.audioStreams).toBe(1);
    expect(outcome.warnings).toContain('source: programme Radio is left out: Film is taken');
    const [first] = await beepsOf(output_format === 'mkv' ? (outcome.artifacts[0]?.path ?? '') : mainOf(outcome));
    expect(Math.abs((first ?? 0) - 1)).toBeLessThan(0.04);
  });
});

it('a track that is declared and holds nothing is left out, and said', async () => {
  const sources = [flashes(4), beeps(4), 'anullsrc=d=4'].flatMap((graph) => ['-f', 'lavfi', '-i', graph]);
  const none = ['-map', '0', '-map', '1', '-map', '2', ...h264, '-c:a', 'aac', '-bsf:a:1', "noise=drop='1'"];
  const film = await made('empty.mkv', ...sources, ...none);
  const outcome = await convert(exec, film, { output_format: 'hls', ...fast });
  expect(outcome.warnings).toContain('source: track 2 has no sound in it, and is left out');
  expect(outcome.plan.outputs[0]?.expect.audioStreams).toBe(1);
});
