import type { GraphFilter } from './graph-words.ts';

type Options = GraphFilter['options'];

/** The number under one of these names, or at one of these places. */
const number = (options: Options, names: readonly string[], otherwise: number): number => {
  const written = names.map((name) => options[name]).find((value) => value !== undefined);
  const value = Number(written ?? otherwise);
  return Number.isFinite(value) ? Math.abs(value) : otherwise;
};

/** What filters keep beyond the frames they work on; where FFmpeg does not say, as it was measured. */
const heldBy: Readonly<Record<string, (options: Options) => number>> = {
  loop: (options) => number(options, ['size', '1'], 0),
  random: (options) => number(options, ['frames', '0'], 30),
  // It works on packed RGB, twice what a frame of video has.
  thumbnail: (options) => 2 * number(options, ['n', '0'], 100),
  tmix: (options) => number(options, ['frames', '0'], 3),
  tmedian: (options) => 2 * number(options, ['radius', '0'], 1) + 1,
  deflicker: (options) => number(options, ['size', 's', '0'], 5),
  mix: (options) => 4 * number(options, ['inputs', '0'], 2),
  xmedian: (options) => 4 * number(options, ['inputs', '0'], 3),
  hstack: (options) => 4 * number(options, ['inputs', '0'], 2),
  vstack: (options) => 4 * number(options, ['inputs', '0'], 2),
  xstack: (options) => 4 * number(options, ['inputs', '0'], 2),
  concat: (options) => 2 * number(options, ['n', '0'], 2),
  minterpolate: () => 190,
  owdenoise: () => 90,
  nlmeans: () => 20,
  bilateral: () => 30,
  vaguedenoiser: () => 20,
  fftdnoiz: () => 20,
  v360: () => 20,
  tonemap: () => 16,
  zscale: () => 16,
  mestimate: () => 10,
  framerate: () => 6,
};

/** They hand on the frame that they were given. */
const passing = new Set(
  'format noformat null copy setpts settb setsar setdar setparams setrange setfield fps trim select split metadata showinfo sidedata idet'.split(
    ' ',
  ),
);

/** Frames that a filter keeps at a time. */
export const heldFrames = ({ name, options }: GraphFilter): number => {
  if (Object.hasOwn(heldBy, name)) return heldBy[name]?.(options) ?? 1;
  return passing.has(name) ? 0 : 2;
};

/** Sound is small, but for what is told to keep a great deal of it; eight channels of floats at most. */
const soundBytes = 8 * 4;
export const heldSoundBytes = ({ name, options }: GraphFilter): number => {
  if (name === 'aloop') return soundBytes * number(options, ['size', '1'], 0);
  return name === 'asetnsamples' ? 4 * soundBytes * number(options, ['n', 'nb_out_samples', '0'], 1024) : 0;
};

const sideMax = 16_384;
const pixelsMax = sideMax * sideMax;
const sizing = new Set(['scale', 'scale2ref', 'zscale', 'pad', 'crop', 'zoompan', 'scale_cuda']);
const sources = new Set(
  'color gradients mandelbrot nullsrc rgbtestsrc smptebars smptehdbars testsrc testsrc2 yuvtestsrc avectorscope showfreqs showspectrum showspectrumpic showvolume showwaves showwavespic a3dscope'.split(
    ' ',
  ),
);

const sides = (text: string): readonly [number, number] | null => {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  return width === undefined ? null : [Number(width), Number(height)];
};

/** A side in numbers or, of an expression, what its largest factor makes of the side that comes in. */
const side = (written: string, before: number): number | null => {
  if (/^-?\d+$/.test(written)) return Number(written) > 0 ? Number(written) : null;
  const factors = [...written.matchAll(/(?<![\w.])(\d+(?:\.\d+)?)(?=\*)|\*(\d+(?:\.\d+)?)/g)].map(([, a, b]) =>
    Number(a ?? b),
  );
  const literals = [...written.matchAll(/(?<![\w.*/])(\d{2,5})(?![\w.*/])/g)].map(([, digits]) => Number(digits));
  return Math.max(before * Math.max(1, ...factors), ...literals);
};

const scaled = (options: Options, before: number): number => {
  const named = sides(options.s ?? options.size ?? options['0'] ?? '');
  if (named) return named[0] * named[1];
  const known = Math.sqrt(before);
  const [width, height] = [options.w ?? options.width ?? options['0'], options.h ?? options.height ?? options['1']].map(
    (written) => (written === undefined ? null : side(written, known)),
  );
  // One side alone keeps the shape; twice as wide as high is the widest that is common.
  if (width === null || width === undefined) return height ? 2 * height * height : before;
  return height === null || height === undefined ? width * width : width * height;
};

const grown: Readonly<Record<string, (options: Options, pixels: number) => number>> = {
  tile: (options, pixels) => {
    const [across, down] = sides(options.layout ?? options['0'] ?? '6x5') ?? [6, 5];
    return across * down * pixels;
  },
  xbr: (options, pixels) => number(options, ['n', '0'], 3) ** 2 * pixels,
  hqx: (options, pixels) => number(options, ['n', '0'], 3) ** 2 * pixels,
  super2xsai: (_, pixels) => 4 * pixels,
  framepack: (_, pixels) => 2 * pixels,
  weave: (_, pixels) => 2 * pixels,
};

/** The pixels of a frame behind a filter, from those of the frames before it; for sizes in expressions a bound. */
export const pixelsBehind = ({ name, options }: GraphFilter, before: readonly number[]): number => {
  const largest = Math.max(0, ...before);
  const pixels = ((): number => {
    if (sources.has(name)) {
      const [width, height] = sides(options.s ?? options.size ?? options['0'] ?? options['1'] ?? '') ?? [1024, 512];
      return width * height;
    }
    if (sizing.has(name)) return scaled(options, largest);
    if (/^[hvx]stack$/.test(name)) return before.reduce((sum, each) => sum + each, 0);
    return grown[name]?.(options, largest) ?? largest;
  })();
  return Math.min(pixelsMax, Math.ceil(pixels));
};
