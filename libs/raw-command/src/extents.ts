import { refuseRaw } from './raw-command.ts';

/** One filter of a graph with the text of its options. */
export interface FilterUse {
  readonly name: string;
  readonly options: string;
}

/** The side of a picture that the common encoders stop at. */
const sideMax = 16_384;
const rateMax = 1_000;
/** A factor in an expression: enough for any shape of a picture, too little for a bomb. */
const factorMax = 64;
const tilesMax = 400;

/** Filters that keep frames or samples in memory, and how many they may be told to. */
const holding: Readonly<Record<string, number>> = {
  loop: 300,
  thumbnail: 300,
  tmix: 128,
  random: 128,
  aloop: 20_000_000,
  asetnsamples: 1_000_000,
};

const sizing = new Set(['scale', 'scale2ref', 'zscale', 'pad', 'crop', 'perspective', 'zoompan', 'xstack']);
const rating = new Set(['fps', 'framerate', 'minterpolate', 'zoompan']);
/** They go on for ever unless they are told how long. */
const sources = new Set(
  'color gradients mandelbrot nullsrc rgbtestsrc smptebars smptehdbars testsrc testsrc2 yuvtestsrc sine anullsrc'.split(
    ' ',
  ),
);
const padding = new Set(['tpad', 'loop', 'aloop']);

// As FFmpeg reads numbers: exponents and SI endings count, colours in hexadecimal do not.
const literals = /(?<![\w.#])(?:0x([0-9a-f]{1,5})|(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?([kKMGT])?i?)(?![\w.])/g;
const units: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9, T: 1e12 };

const numbersIn = (text: string): number[] =>
  [...text.matchAll(literals)].map(([, hex, digits = '', exponent = '', unit = '']) =>
    hex === undefined ? Number(digits + exponent) * (units[unit] ?? 1) : Number.parseInt(hex, 16),
  );

const largest = (numbers: readonly number[]): number => Math.max(0, ...numbers);

const checkExtent = ({ name, options }: FilterUse): void => {
  const bare = options.replaceAll(/[\\'\s]/g, '');
  const sides = [...bare.matchAll(/(\d{1,9})x(\d{1,9})/g)].map(([, width, height]) => [Number(width), Number(height)]);
  if (largest(sides.flat()) > sideMax || (sizing.has(name) && largest(numbersIn(bare)) > sideMax))
    refuseRaw('forbidden_filter', `${name}: a side is at most ${sideMax}`);
  const factors = [...bare.matchAll(/\*([\d.e]+)/g)].map(([, factor]) => Number(factor));
  if (sizing.has(name) && largest(factors) > factorMax)
    refuseRaw('forbidden_filter', `${name}: a factor is at most ${factorMax}`);
  if (name === 'tile' && sides.some(([across = 0, down = 0]) => across * down > tilesMax))
    refuseRaw('forbidden_filter', `tile: at most ${tilesMax} pictures`);
  const heldMax = holding[name];
  if (heldMax !== undefined && largest(numbersIn(bare)) > heldMax)
    refuseRaw('forbidden_filter', `${name}: at most ${heldMax} can be kept`);
  if (rating.has(name)) checkRate(name, bare);
};

const checkRate = (name: string, options: string): void => {
  const rates = [...options.matchAll(/(?:^|:)(?:fps=)?([\d.]+(?:e\d+)?)(?:\/([\d.]+))?(?=:|$)/g)].map(
    ([, over, under]) => Number(over) / Number(under ?? 1),
  );
  if (largest(rates) > rateMax) refuseRaw('forbidden_filter', `${name}: at most ${rateMax} frames a second`);
};

/** Refuses what would make pictures or rates that no machine can hold. */
export const checkExtents = (uses: readonly FilterUse[]): void => uses.forEach(checkExtent);

const isTold = ({ options }: FilterUse): boolean =>
  /(^|:)\s*(d|duration|n|nb_frames|pad_len|pad_dur|whole_len|whole_dur|stop_duration|stop)=\s*[1-9.]/.test(options);

const isEndless = (use: FilterUse): boolean => {
  if (sources.has(use.name) || use.name === 'apad') return !isTold(use);
  return padding.has(use.name) && /(^|:)(loop|stop)=-1|^-1/.test(use.options.replaceAll(/[\\'\s]/g, ''));
};

/** The first filter that goes on for ever, if there is one and no other ends with the shortest of what it joins. */
export const endlessFilter = (uses: readonly FilterUse[]): string | null =>
  uses.some(({ options }) => /(^|:)shortest=(1|true)/.test(options)) ? null : (uses.find(isEndless)?.name ?? null);

/** The same for `-s` and `-r`, which need no filter. */
export const checkOutputExtents = (words: readonly string[]): void => {
  words.forEach((word, at) => {
    const value = words[at + 1] ?? '';
    if (/^-s(:|$)/.test(word)) checkExtent({ name: '-s', options: value });
    if (/^-(r|fpsmax)(:|$)/.test(word)) checkRate(word, value.replace(/^(\d+):(\d+)$/, '$1/$2'));
  });
};
