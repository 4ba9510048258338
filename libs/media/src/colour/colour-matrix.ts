import type { VideoFacts } from '../facts/media-facts.ts';

/** How RGB and Y'CbCr belong together: ITU-R BT.709 for HD, BT.601 for what is older or smaller. */
export type ColourMatrix = 'bt709' | 'bt601';

const lumaWeights: Readonly<Record<ColourMatrix, readonly [red: number, blue: number]>> = {
  bt709: [0.2126, 0.0722],
  bt601: [0.299, 0.114],
};

/** The matrix of a picture; players take untagged HD for BT.709. */
export const matrixOf = (picture: Pick<VideoFacts, 'colorSpace' | 'height' | 'width'>): ColourMatrix => {
  if (picture.colorSpace !== null && picture.colorSpace !== 'unknown')
    return ['smpte170m', 'bt470bg', 'fcc'].includes(picture.colorSpace) ? 'bt601' : 'bt709';
  return Math.min(picture.width, picture.height) >= 720 ? 'bt709' : 'bt601';
};

type Triple = readonly [number, number, number];

const rgbOf = (hex: string): Triple => {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
};

const yuvReal = ([red, green, blue]: Triple, matrix: ColourMatrix): Triple => {
  const [r, b] = lumaWeights[matrix];
  const luma = r * red + (1 - r - b) * green + b * blue;
  return [luma, (blue - luma) / (2 * (1 - b)), (red - luma) / (2 * (1 - r))];
};

/** A colour `#RRGGBB` in 8-bit limited-range Y'CbCr. */
export const yuvOf = (hex: string, matrix: ColourMatrix): Triple => {
  const [luma, cb, cr] = yuvReal(rgbOf(hex), matrix);
  return [Math.round(16 + 219 * luma), Math.round(128 + 224 * cb), Math.round(128 + 224 * cr)];
};

const toHex = (value: number): string =>
  Math.round(Math.min(1, Math.max(0, value)) * 255)
    .toString(16)
    .padStart(2, '0');

/**
 * The colour to name so that FFmpeg's drawing filters give the wanted one: they always calculate with BT.601, which
 * shifts hues on HD pictures. Exact where BT.601 can express the colour.
 */
export const drawnColour = (hex: string, matrix: ColourMatrix): string => {
  const [luma, cb, cr] = yuvReal(rgbOf(hex), matrix);
  const [r, b] = lumaWeights.bt601;
  const [red, blue] = [luma + 2 * (1 - r) * cr, luma + 2 * (1 - b) * cb];
  return `0x${[red, (luma - r * red - b * blue) / (1 - r - b), blue].map(toHex).join('')}`;
};
