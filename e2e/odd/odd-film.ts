import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tool } from '../media/measure.ts';

/** Where one input is made, by FFmpeg outside of the product. */
export interface Workbench {
  /** Runs ffmpeg; the path of the file is added to the words. */
  readonly make: (name: string, ...argv: string[]) => Promise<string>;
  readonly write: (name: string, bytes: string | Uint8Array) => Promise<string>;
}

export const openWorkbench = async (folder: string): Promise<Workbench> => {
  await mkdir(folder, { recursive: true });
  return {
    make: async (name, ...argv) => {
      const path = join(folder, name);
      await tool('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...argv, path]);
      return path;
    },
    write: async (name, bytes) => {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
  };
};

/** What is true of a film, however odd its file is. All times in seconds after the first of its streams begins. */
export interface Truth {
  /** When it flashes white; `null`: it has no picture that could be followed. */
  readonly seen: readonly number[] | null;
  /** When it beeps; `null`: it has no sound. */
  readonly heard: readonly number[] | null;
  /** When its sound begins: a sound that is taken out begins with it. */
  readonly soundBegins?: number;
  /** When it ends, where that is not with the film. */
  readonly soundEnds?: number;
  /** When the later of picture and sound ends. */
  readonly seconds: number;
  /** How many pictures it shows, where each must come through. */
  readonly pictures?: number;
  /** As it is to be shown. */
  readonly size?: readonly [width: number, height: number];
  /** How long one picture stays, at most: what is cut falls on a picture. */
  readonly pictureSeconds?: number;
  /** How long a frame of its sound is, where that is much: codecs begin and end with whole frames. */
  readonly soundFrameSeconds?: number;
  /** Errors that it may well meet somewhere, beside those that any may. */
  readonly refusals?: readonly string[];
}

/** An input such as the world has, and what is true of it. */
export interface OddFilm {
  readonly name: string;
  readonly truth: Truth;
  readonly make: (bench: Workbench) => Promise<string>;
}

const periodSeconds = 2;

/** Black, and white for 0.2 s at 1 s, 3 s and so on. */
export const flash = (seconds: number, { size = '320x180', rate = '25' } = {}): string[] => [
  '-f',
  'lavfi',
  '-i',
  `color=black:s=${size}:r=${rate}:d=${seconds},drawbox=c=white:t=fill:enable='between(mod(t,${periodSeconds}),0.999,1.199)'`,
];

/** A tone of 0.2 s at the same times. */
export const beep = (seconds: number, rate = 48_000): string[] => [
  '-f',
  'lavfi',
  '-i',
  `aevalsrc='if(between(mod(t,${periodSeconds}),1,1.2),0.7*sin(2*PI*1000*t),0)':s=${rate}:d=${seconds}`,
];

export const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
export const aac = ['-c:a', 'aac'];
export const film = [...flash(4), ...beep(4)];

/** Flash and beep together at 1 s and 3 s, in four seconds. */
export const plain: Truth = { seen: [1, 3], heard: [1, 3], seconds: 4 };

/** The same film in other words for ffmpeg. */
export const written = (name: string, file: string, argv: readonly string[], more: Partial<Truth> = {}): OddFilm => ({
  name,
  truth: { ...plain, ...more },
  make: ({ make }) => make(file, ...film, ...argv),
});
