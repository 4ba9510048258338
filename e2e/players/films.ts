import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from '../media/measure.ts';

const seconds = 4;
const flash = "drawbox=c=white:t=fill:enable='between(mod(t,2),1,1.199)'";

/** White at 1 s and at 3 s. */
const flashes = (rate: number): string => `color=black:s=320x180:r=${rate}:d=${seconds},${flash}`;

/** A tone this long after each flash. */
const beeps = (afterSeconds = 0): string =>
  `aevalsrc='if(between(mod(t,2),${1 + afterSeconds},${1.2 + afterSeconds}),0.7*sin(2*PI*1000*t),0)':s=48000:d=${seconds}`;

const lavfi = (...graphs: readonly string[]): string[] => graphs.flatMap((graph) => ['-f', 'lavfi', '-i', graph]);
const encoded = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];

export interface Film {
  readonly name: string;
  readonly path: string;
  /** How long after the flash its sound comes, by language; `und` where it names none. */
  readonly sounds: Readonly<Record<string, number>>;
  /** What is to be read with the first flash, by language. */
  readonly captions: Readonly<Record<string, string>>;
}

const lateSound = async (folder: string): Promise<Film> => {
  const sound = join(folder, 'sound.wav');
  await tool('ffmpeg', ['-v', 'error', '-y', ...lavfi(beeps()), '-ss', '0.8', sound]);
  const path = join(folder, 'late.mkv');
  const inputs = [...lavfi(flashes(25)), '-itsoffset', '0.8', '-i', sound];
  await tool('ffmpeg', ['-v', 'error', '-y', ...inputs, ...encoded, path]);
  return { name: 'sound that begins late', path, sounds: { und: 0 }, captions: {} };
};

const variableRate = async (folder: string): Promise<Film> => {
  const path = join(folder, 'variable.mp4');
  // Ten pictures a second, and fifty around the flash.
  const picture = `color=black:s=320x180:r=50:d=${seconds},${flash},select='not(mod(n,5))+between(mod(t,2),0.8,1.4)'`;
  await tool('ffmpeg', ['-v', 'error', '-y', ...lavfi(picture, beeps()), '-fps_mode', 'vfr', ...encoded, path]);
  return { name: 'variable rate', path, sounds: { und: 0 }, captions: {} };
};

const subtitle = (text: string): string => `1\n00:00:01,000 --> 00:00:01,800\n${text}\n`;

const twoLanguages = async (folder: string): Promise<Film> => {
  const path = join(folder, 'languages.mkv');
  const captions = { de: 'Guten Tag', en: 'Good day' };
  const texts = Object.entries(captions).map(([language, text]) => [join(folder, `${language}.srt`), text] as const);
  for (const [file, text] of texts) await writeFile(file, subtitle(text));
  const inputs = [...lavfi(flashes(25), beeps(), beeps(0.4)), ...texts.flatMap(([file]) => ['-i', file])];
  const maps = [0, 1, 2, 3, 4].flatMap((input) => ['-map', String(input)]);
  const said = ['deu', 'eng'].flatMap((code, n) => [
    `-metadata:s:a:${n}`,
    `language=${code}`,
    `-metadata:s:s:${n}`,
    `language=${code}`,
  ]);
  await tool('ffmpeg', ['-v', 'error', '-y', ...inputs, ...maps, ...encoded, '-c:s', 'srt', ...said, path]);
  return { name: 'two languages', path, sounds: { de: 0, en: 0.4 }, captions };
};

export const makeFilms = (folder: string): Promise<Film[]> =>
  Promise.all([lateSound(folder), variableRate(folder), twoLanguages(folder)]);
