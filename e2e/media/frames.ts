import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shape, tool } from './measure.ts';

export interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** One decoded frame, three bytes a pixel. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const grab = async (path: string, seconds: number, out: string, ...argv: string[]): Promise<void> => {
  const input = ['-v', 'error', '-y', '-ss', String(seconds), '-i', path, '-map', '0:v:0', '-frames:v', '1'];
  await tool('ffmpeg', [...input, ...argv, out]);
};

/** The frame of a file at an instant. */
export const frameAt = async (path: string, seconds: number, folder: string): Promise<Frame> => {
  const { width, height } = await shape({ path, stream: 0 });
  const out = join(folder, 'frame.rgb');
  await grab(path, seconds, out, '-pix_fmt', 'rgb24', '-f', 'rawvideo');
  return { width, height, rgb: await readFile(out) };
};

const pixel = ({ rgb }: Frame, n: number): Rgb => ({
  red: rgb[3 * n] ?? 0,
  green: rgb[3 * n + 1] ?? 0,
  blue: rgb[3 * n + 2] ?? 0,
});

const distance = (a: Rgb, b: Rgb): number =>
  Math.max(Math.abs(a.red - b.red), Math.abs(a.green - b.green), Math.abs(a.blue - b.blue));

/** The smallest box around the pixels that clearly differ between two frames; null where there are none. */
export const differenceBox = (a: Frame, b: Frame): Box | null => {
  const differing = Array.from({ length: a.width * a.height }, (_, n) => n).filter(
    (n) => distance(pixel(a, n), pixel(b, n)) > 40,
  );
  if (differing.length === 0) return null;
  const [columns, rows] = [differing.map((n) => n % a.width), differing.map((n) => Math.floor(n / a.width))];
  const least = (values: number[]): number => values.reduce((x, y) => Math.min(x, y));
  const most = (values: number[]): number => values.reduce((x, y) => Math.max(x, y));
  return { left: least(columns), right: most(columns), top: least(rows), bottom: most(rows) };
};

/** How many pixels have nearly this colour. */
export const pixelsOf = (frame: Frame, colour: Rgb): number =>
  Array.from({ length: frame.width * frame.height }, (_, n) => n).filter((n) => distance(pixel(frame, n), colour) < 48)
    .length;

/** Text that a reader of pictures finds in a frame: light letters on something darker. */
export const textAt = async (path: string, seconds: number, folder: string): Promise<string> => {
  const picture = join(folder, 'text.png');
  const graph = "format=gray,lut=y='if(gt(val,170),0,255)',scale=iw*2:-1:flags=lanczos";
  await grab(path, seconds, picture, '-vf', graph);
  const { stdout } = await promisify(execFile)('tesseract', [picture, '-', '--psm', '6', '-l', 'eng+deu']);
  return stdout.trim();
};

/** PSNR in dB of the luma of two files over a span of time; frames are compared in order. */
export const psnrLuma = async (a: string, b: string, from: number, to: number): Promise<number> => {
  const part = `trim=${from}:${to},setpts=PTS-STARTPTS,format=yuv420p`;
  const graph = `[0:v:0]${part}[a];[1:v:0]${part}[b];[a][b]psnr`;
  const { stderr } = await tool('ffmpeg', [
    '-v',
    'info',
    '-nostats',
    '-i',
    a,
    '-i',
    b,
    '-lavfi',
    graph,
    '-f',
    'null',
    '-',
  ]);
  const found = /PSNR y:(inf|[\d.]+)/.exec(stderr)?.[1];
  return found === 'inf' ? 100 : Number(found ?? 0);
};
