import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { beeps, beepsOf, flashes, flashesOf } from './fixtures/flash-and-beep.ts';
import { convert, execOf, file, made, runOn } from './fixtures/scratch.ts';

const exec = execOf();
const id = 'file_aaaa';
const canvas = { width: 320, height: 180, fps: 25 };
const film = ['-f', 'lavfi', '-i', flashes(4), '-f', 'lavfi', '-i', beeps(4)];

it('a programme stream, which does not say when each picture is shown, gets a track in Matroska', async () => {
  const source = await made('disc.mpg', ...film, '-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2');
  const cues = await file('cues.srt', '1\n00:00:00,100 --> 00:00:00,400\nHello\n');
  const paths = { source, 'tracks-0-subtitle_url': cues };
  const params = { tracks: [{ subtitle_url: id, language: 'en' }], output_format: 'mkv' };
  const { artifacts } = await runOn(exec, 'subtitles.mux', params, paths);
  expect(Math.abs((artifacts[0]?.media.durationMs ?? 0) - 4_000)).toBeLessThan(100);
});

it('a ladder of Theora, whose files say no rate, is as long as its film', async () => {
  const source = await made('old.ogv', ...film, '-c:v', 'libtheora', '-q:v', '6', '-c:a', 'libvorbis');
  const { artifacts } = await convert(exec, source, { output_format: 'hls', preset: 'fast' });
  expect(Math.abs((artifacts[0]?.media.durationMs ?? 0) - 4_000)).toBeLessThan(100);
});

it('chapters of clips neither lengthen what is composed nor stand in it at wrong times', async () => {
  const chapters = [
    ';FFMETADATA1',
    ...[0, 2_000].flatMap((start) => ['[CHAPTER]', 'TIMEBASE=1/1000', `START=${start}`, `END=${start + 2_000}`]),
  ].join('\n');
  const clip = await made('plain.mp4', ...film, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac');
  const marks = ['-f', 'ffmetadata', '-i', await file('chapters.txt', `${chapters}\n`), '-map_chapters', '1'];
  const source = await made('marked.mp4', '-i', clip, ...marks, '-c', 'copy');
  const still = await runOn(exec, 'image.to_mp4_loop', { duration: 1, width: 320, height: 180 }, { source });
  expect(still.artifacts[0]?.media.durationMs).toBe(1_000);
  const both = { 'clips-0': source, 'clips-1': source };
  const faded = await runOn(exec, 'video.concat', { clips: [id, id], ...canvas, crossfade: { duration: 0.2 } }, both);
  expect((await exec.probe(faded.artifacts[0]?.path ?? '')).facts.chapters ?? []).toEqual([]);
  expect(faded.warnings).toContain('the chapters of the clips are left out');
  const alone = await runOn(exec, 'compose.from_urls', canvas, { video: source });
  expect((await exec.probe(alone.artifacts[0]?.path ?? '')).facts.chapters).toHaveLength(2);
});

it.each(['ts', 'mpg'])('two recordings behind each other in one %s are one film', async (container) => {
  const codecs = container === 'ts' ? ['-c:v', 'libx264', '-preset', 'ultrafast'] : ['-c:v', 'mpeg2video', '-q:v', '3'];
  const one = await readFile(await made(`one.${container}`, ...film, ...codecs, '-c:a', 'mp2'));
  const source = await file(`both.${container}`, Buffer.concat([one, one]));
  const { artifacts } = await convert(exec, source, { output_format: 'mp4', resolution: '160x90', preset: 'fast' });
  const [whole] = artifacts;
  expect(Math.abs((whole?.media.durationMs ?? 0) - 8_000)).toBeLessThan(100);
  const [seen, heard] = [await flashesOf(whole?.path ?? ''), (await beepsOf(whole?.path ?? '')).slice(0, 4)];
  for (const found of [seen, heard]) expect(found.map((at) => Math.round(at))).toEqual([1, 3, 5, 7]);
  for (const [n, at] of seen.entries()) expect(Math.abs(at - (heard[n] ?? 0))).toBeLessThan(0.045);
  const sound = await runOn(exec, 'audio.extract', { format: 'wav' }, { source });
  expect(Math.abs((sound.artifacts[0]?.media.durationMs ?? 0) - 8_000)).toBeLessThan(100);
});
