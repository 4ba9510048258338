import type { TranscodeIntent } from '@ffapi/contracts';
import type { Size } from '../ladder/fit.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Encoder } from './video-encoder.ts';

/** Levels by the most macroblocks of a frame (ITU-T H.264 table A-1), or the most samples of brightness (H.265 table A.8). */
const levels: Readonly<Record<'h264' | 'hevc', readonly (readonly [most: number, names: string])[]>> = {
  h264: [
    [99, '1'],
    [396, '1.1 1.2 1.3 2'],
    [792, '2.1'],
    [1_620, '2.2 3'],
    [3_600, '3.1'],
    [5_120, '3.2'],
    [8_192, '4 4.1'],
    [8_704, '4.2'],
    [22_080, '5'],
    [36_864, '5.1 5.2'],
    [139_264, '6 6.1 6.2'],
  ],
  hevc: [
    [36_864, '1'],
    [122_880, '2'],
    [245_760, '2.1'],
    [552_960, '3'],
    [983_040, '3.1'],
    [2_228_224, '4 4.1'],
    [8_912_896, '5 5.1 5.2'],
    [35_651_584, '6 6.1 6.2'],
  ],
};

const sizeIn = {
  h264: ({ width, height }: Size) => Math.ceil(width / 16) * Math.ceil(height / 16),
  hevc: ({ width, height }: Size) => width * height,
};

/** A level that allows frames of this size, as encoders write it. */
const checkedLevel = (codec: 'h264' | 'hevc', level: string, frame: Size): string => {
  const plain = level.replace(/\.0$/, '');
  const [most] =
    levels[codec].find(([, names]) => names.split(' ').includes(plain)) ??
    refusePlan('param_out_of_range', `${codec} has no level ${level}`);
  if (sizeIn[codec](frame) > most)
    refusePlan('param_conflict', `level ${level} of ${codec} does not allow frames of ${frame.width}x${frame.height}`);
  return plain;
};

/** Arguments for the limits and the manner that a request names, with x265's own, which travel in one argument. */
export const limitArgs = (
  { codec, device }: Encoder,
  { profile, level, tune }: TranscodeIntent,
  frame: Size,
  depth: number,
  warn: (text: string) => void,
): { readonly args: string[]; readonly x265: string[] } => {
  if (codec !== 'h264' && codec !== 'hevc') return { args: [], x265: [] };
  if (codec === 'hevc' && profile === 'main' && depth > 8)
    refusePlan('param_conflict', 'profile main of hevc has 8 bits, and the picture more: main10 keeps them');
  if (device === 'gpu' && tune !== null) warn(`tune ${tune} is for the CPU’s encoders: it is left out`);
  const checked = level === null ? null : checkedLevel(codec, level, frame);
  const isX265 = codec === 'hevc' && device === 'cpu';
  return {
    args: [
      ...(profile === null ? [] : ['-profile:v', profile]),
      ...(checked === null || isX265 ? [] : ['-level:v', checked]),
      ...(tune === null || device === 'gpu' ? [] : ['-tune', tune]),
    ],
    x265: checked === null || !isX265 ? [] : [`level-idc=${checked}`],
  };
};
