import type { Resolution } from '@ffapi/contracts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const even = (value: number): number => Math.max(2, 2 * Math.round(value / 2));

/** The nearest size that 4:2:0 video can have. */
export const evenSize = (size: Size): Size => ({ width: even(size.width), height: even(size.height) });

/** The box on its side for a picture that stands upright. */
const orient = (box: Size, picture: Size): Size =>
  picture.height > picture.width ? { width: box.height, height: box.width } : box;

/** The largest size of the picture's shape inside of the box. */
export const fitInside = (picture: Size, box: Size, mayUpscale: boolean): Size => {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const limited = mayUpscale ? scale : Math.min(1, scale);
  return evenSize({ width: picture.width * limited, height: picture.height * limited });
};

export interface Framing {
  /** Size of the scaled picture. */
  readonly picture: Size;
  /** Size of the whole frame; larger than the picture only where bars are added. */
  readonly frame: Size;
}

/** How a picture is framed for a requested resolution; without one it keeps its size, made even. */
export const framing = (picture: Size, wanted: Resolution | null, mayUpscale: boolean): Framing => {
  if (wanted === null) return { picture: evenSize(picture), frame: evenSize(picture) };
  if (!wanted.isExact) {
    const fitted = fitInside(picture, orient(wanted, picture), mayUpscale);
    return { picture: fitted, frame: fitted };
  }
  return { picture: fitInside(picture, evenSize(wanted), true), frame: evenSize(wanted) };
};
