import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { convert, execOf, failureOf, file, made } from './fixtures/scratch.ts';

const exec = execOf();
const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2'];
const tone = ['-f', 'lavfi', '-i', 'sine=d=2'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];

/** Gives the last track of sound the name of a codec that nobody decodes, as phones write it. */
const withUnknown = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  // Behind the head of the last list of sample descriptions: its name, its version and its count.
  const entry = bytes.lastIndexOf('stsd') + 16;
  expect(bytes.toString('latin1', entry, entry + 4)).toBe('mp4a');
  bytes.write('apac', entry, 'latin1');
  bytes.write('dapa', bytes.indexOf('esds', entry), 'latin1');
  return file('phone.mov', bytes);
};

it('a second sound that nobody decodes is left out, and said', async () => {
  const argv = [...picture, ...tone, ...tone, '-map', '0', '-map', '1', '-map', '2', ...h264];
  const film = await withUnknown(await made('two.mov', ...argv));
  const outcome = await convert(exec, film, { resolution: '160x90' });
  expect(outcome.artifacts[0]?.media).toMatchObject({ videoCodec: 'h264', audioCodec: 'aac' });
  expect(outcome.warnings).toContain('source: track 2 (apac) cannot be decoded, and is left out');
});

it('a film whose only sound cannot be decoded is a film without sound', async () => {
  const argv = [...picture, ...tone, ...h264];
  const film = await withUnknown(await made('one.mov', ...argv));
  const outcome = await convert(exec, film, { resolution: '160x90' });
  expect(outcome.artifacts[0]?.media).toMatchObject({ videoCodec: 'h264', audioCodec: null });
  expect((await failureOf(convert(exec, film, {}, { id: 'audio.extract' }))).code).toBe('media_no_audio_stream');
});
