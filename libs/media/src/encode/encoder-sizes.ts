import type { Size } from '../ladder/fit.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Encoder } from './video-encoder.ts';

interface Sides {
  readonly least: number;
  readonly widest: number;
  readonly highest: number;
}

const any: Sides = { least: 2, widest: 16_384, highest: 16_384 };

/** The sides that encoders take, as they were tried; what is not here takes any that a picture may have. */
const sides: Readonly<Record<string, Sides>> = {
  libx265: { ...any, least: 16 },
  libsvtav1: { ...any, least: 64, highest: 8704 },
  mpeg4: { ...any, widest: 8_191, highest: 8_191 },
  mpeg2video: { ...any, widest: 4_094, highest: 4_094 },
};

/** Refuses a frame that the encoder cannot take, which it would only say after the file was fetched and read. */
export const checkSize = ({ name, codec }: Pick<Encoder, 'name' | 'codec'>, { width, height }: Size): void => {
  const { least, widest, highest } = sides[name] ?? any;
  if (Math.min(width, height) < least || width > widest || height > highest)
    refusePlan(
      'param_out_of_range',
      `${codec} takes frames from ${least}x${least} to ${widest}x${highest} pixels, and this would be ` +
        `${width}x${height}: ask for another resolution, or another codec`,
    );
};
