import type { VideoFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import type { FilterOptions } from '../filtergraph/filter.ts';
import { matrixOf } from './colour-matrix.ts';

/** Pictures whose samples are red, green and blue, or brightness alone. */
export const isRgb = ({ pixFmt }: Pick<VideoFacts, 'pixFmt'>): boolean =>
  /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|pal8|gray|ya\d|mono)/.test(pixFmt);

/** Scaling that does not shift grey by a code, nor smear hues between rows, where colours are converted. */
export const exactScaling = 'lanczos+accurate_rnd+full_chroma_int';

/** The options of `scale` that make Y'CbCr of RGB: left alone it takes BT.601 for all sizes. */
export const fromRgb = (picture: VideoFacts): FilterOptions =>
  isRgb(picture) ? { out_color_matrix: matrixOf({ ...picture, colorSpace: null }), out_range: 'tv' } : {};

/** What a picture's samples mean. */
interface ColourTags {
  readonly primaries: string;
  readonly transfer: string;
  readonly matrix: string;
}

const bt709: ColourTags = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709' };
const bt601 = (matrix: string): ColourTags => ({ primaries: matrix, transfer: 'smpte170m', matrix });

const isPal = ({ width, height }: VideoFacts): boolean => [576, 288].includes(Math.min(width, height));

/** What FFmpeg 5.1 takes as an option; for some others it prints names that it does not read. */
const options = {
  '-color_primaries': [
    'bt709',
    'bt470m',
    'bt470bg',
    'smpte170m',
    'smpte240m',
    'film',
    'bt2020',
    'smpte431',
    'smpte432',
  ],
  '-color_trc': [
    'bt709',
    'smpte170m',
    'smpte240m',
    'linear',
    'iec61966-2-1',
    'iec61966-2-4',
    'bt2020-10',
    'bt2020-12',
    'smpte2084',
    'arib-std-b67',
  ],
  '-colorspace': ['bt709', 'bt470bg', 'smpte170m', 'smpte240m', 'fcc', 'bt2020nc', 'bt2020c'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const written = (option: keyof typeof options, tag: string): string[] =>
  (options[option] as readonly string[]).includes(tag) ? [option, tag] : [];

const isSaid = (tag: string | null): tag is string =>
  tag !== null && !['unknown', 'unspecified', 'reserved', 'gbr'].includes(tag);

/** What players take an SDR picture for that does not say it: they go by its size. */
const guessed = (source: VideoFacts): ColourTags => {
  const own = isRgb(source) || !isSaid(source.colorSpace) ? null : source.colorSpace;
  if (matrixOf({ ...source, colorSpace: own }) === 'bt709') return own === null ? bt709 : { ...bt709, matrix: own };
  return bt601(own ?? (isPal(source) ? 'bt470bg' : 'smpte170m'));
};

const tagsOf = (source: VideoFacts): ColourTags => {
  if (source.isHdr)
    return {
      primaries: source.colorPrimaries ?? 'bt2020',
      transfer: source.colorTransfer ?? 'smpte2084',
      matrix: source.colorSpace ?? 'bt2020nc',
    };
  const { primaries, transfer, matrix } = guessed(source);
  return {
    primaries: isSaid(source.colorPrimaries) ? source.colorPrimaries : primaries,
    transfer: isSaid(source.colorTransfer) ? source.colorTransfer : transfer,
    matrix,
  };
};

/**
 * Tells players what the samples of an encoded picture mean. Without, they go by its size: the rungs of one ladder
 * would differ in hue. Frames carry the tags of SDR where all are there; those of HDR FFmpeg 5.1 loses.
 */
export const colourTags = (source: VideoFacts, { mustToneMap }: { readonly mustToneMap: boolean }): string[] => {
  const isComplete = [source.colorPrimaries, source.colorTransfer, source.colorSpace].every(isSaid);
  if (mustToneMap || (isComplete && !isRgb(source) && !source.isHdr)) return [];
  const { primaries, transfer, matrix } = tagsOf(source);
  return [
    ...written('-color_primaries', primaries),
    ...written('-color_trc', transfer),
    ...written('-colorspace', matrix),
  ];
};

/** Makes YUV of frames in RGB within a graph; others are left as they are. */
export const rgbAsYuv = (picture: VideoFacts): string[] =>
  isRgb(picture) ? [filter('scale', { flags: exactScaling, ...fromRgb(picture) })] : [];
