import { chromakeyDefaults } from '@ffapi/contracts';
import type { VideoFilter, VideoFilterParams } from '@ffapi/contracts';
import { yuvOf } from '../../colour/colour-matrix.ts';
import type { ColourMatrix } from '../../colour/colour-matrix.ts';
import { filter } from '../../filtergraph/filter.ts';

/** A colour in 8-bit limited-range Y'CbCr. */
export type ScreenColour = readonly [luma: number, blue: number, red: number];

type Keying = VideoFilterParams<'chromakey'>;

/** What is keyed where neither the request nor the picture's border says. */
const usual = '#00FF00';

/** What a look at the n-th filter leaves behind. */
export const screenFile = (at: number): string => `screen${at}.txt`;

/** Of a look: pictures a second, and seconds. */
const looksPerSecond = 2;
export const lookSeconds = 5;

/** Whether a filter changes what a look at the screen behind it sees; others only take time, or lie over it. */
export const isBeforeScreen = ({ type }: VideoFilter): boolean =>
  !['stabilize', 'fade', 'speed', 'text', 'watermark', 'image_overlay', 'chromakey'].includes(type);

const grey = 128;
/** How colourful a colour is. */
const chromaOf = ([, blue, red]: ScreenColour): number => Math.hypot(blue - grey, red - grey);

const usualSimilarity = chromakeyDefaults.similarity;
/** What FFmpeg calls a similarity of 1, in levels of chroma. */
const wholeChroma = 255 * Math.SQRT2;
/** Of the way from a screen to grey, what may be keyed unasked: most subjects are not far from grey. */
const greyShare = 0.7;

/** A dull screen that was found takes less around it than a bright one, unless the request says how much. */
const reach = ({ color, similarity }: Keying, colour: ScreenColour): number =>
  color === undefined && similarity === usualSimilarity
    ? Math.min(similarity, Math.round(((greyShare * chromaOf(colour)) / wholeChroma) * 1e3) / 1e3)
    : similarity;

/** The filter that makes a colour transparent. */
export const keying = (colour: ScreenColour, params: Keying): string => {
  const hex = colour.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('');
  return filter('chromakey', { color: `0x${hex}`, similarity: reach(params, colour), blend: params.blend, yuv: 1 });
};

const print = (at: number): string[] => ['signalstats', filter('metadata', { mode: 'print', file: screenFile(at) })];

/**
 * A look at a few pictures: the colour of their upper corners, since subjects stand at the lower edge, or how much of
 * them a colour takes that was named.
 */
export const screenLook = (params: Keying, matrix: ColourMatrix, at: number): string[] => {
  const few = filter('fps', { fps: looksPerSecond });
  if (params.color === undefined) {
    const corner = { w: 'max(iw/16,2)', h: 'max(ih/3,2)', x: 'if(mod(n,2),iw-ow,0)', y: 0 };
    return [few, filter('crop', corner), ...print(at)];
  }
  const opaque = filter('format', { pix_fmts: 'yuva420p' });
  const plane = filter('format', { pix_fmts: 'gray' });
  return [few, keying(yuvOf(params.color, matrix), params), opaque, 'alphaextract', plane, 'negate', ...print(at)];
};

const valuesOf = (text: string, key: string): number[] =>
  [...text.matchAll(new RegExp(`signalstats\\.${key}=([\\d.]+)`, 'g'))].map(([, value]) => Number(value));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** A border of less colour is no screen. */
const chromaLeast = 20;
/** Corners that differ by more are not of one screen. */
const spreadMost = 16;

/** The colour of the screen that a look found; null where the border has none of green or blue. */
export const screenIn = (text: string): ScreenColour | null => {
  const [lumas, blues, reds] = ['YAVG', 'UAVG', 'VAVG'].map((key) => valuesOf(text, key)) as [
    number[],
    number[],
    number[],
  ];
  const [luma, blue, red] = [median(lumas), median(blues), median(reds)];
  const alike = blues.filter((each, n) => Math.hypot(each - blue, (reds[n] ?? 0) - red) <= spreadMost);
  const isOne = blues.length > 0 && alike.length > blues.length / 2;
  const isGreen = blue < grey && red < grey;
  const isBlue = blue > grey && red <= grey + chromaLeast / 2;
  const isStrong = chromaOf([luma, blue, red]) >= chromaLeast;
  return isOne && isStrong && (isGreen || isBlue) ? [luma, blue, red] : null;
};

/** Less of the picture than a thousandth is noise. */
const keyedLeast = 255 / 1000;

/** The colour to key, by what a look found, with a warning where nothing comes of it. */
export const screenColour = (
  { color }: Keying,
  matrix: ColourMatrix,
  look: unknown,
  warn: (text: string) => void,
): ScreenColour => {
  if (color === undefined) {
    const found = screenIn(String(look));
    if (found === null) warn(`chromakey: the border of the picture is no green or blue screen; ${usual} is keyed`);
    return found ?? yuvOf(usual, matrix);
  }
  if (valuesOf(String(look), 'YAVG').every((keyed) => keyed < keyedLeast))
    warn(`chromakey: nothing in the picture has the colour ${color}; without color that of the border is keyed`);
  return yuvOf(color, matrix);
};

/** Takes the light that a screen throws onto the subject out of it. */
export const despilling = ([, blue]: ScreenColour, matrix: ColourMatrix): string[] => [
  filter('scale', { in_color_matrix: matrix }),
  filter('format', { pix_fmts: 'rgba' }),
  filter('despill', { type: blue > grey ? 'blue' : 'green' }),
  filter('scale', { out_color_matrix: matrix, out_range: 'tv' }),
  filter('format', { pix_fmts: 'yuva420p' }),
];
