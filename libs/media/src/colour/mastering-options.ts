import type { Mastering } from '../facts/mastering.ts';
import type { VideoFacts } from '../facts/media-facts.ts';
import type { PixelFormat } from '../encode/picture.ts';
import type { Encoder } from '../encode/video-encoder.ts';

/** What an encoder is told of how an HDR picture was mastered. */
export interface MasteringOptions {
  /** Parts of libx265's own list. */
  readonly x265: readonly string[];
  /** Options of the output. */
  readonly args: readonly string[];
}

const nothing: MasteringOptions = { x265: [], args: [] };

/** In the whole units of SMPTE ST 2086, as libx265 reads them. */
const x265Parts = ({ display, light }: Mastering): string[] => {
  const at = ([x, y]: readonly [number, number]): string => `(${x},${y})`;
  return [
    ...(display === null
      ? []
      : [
          `master-display=G${at(display.green)}B${at(display.blue)}R${at(display.red)}WP${at(display.white)}L(${display.luminance.max},${display.luminance.min})`,
        ]),
    ...(light === null ? [] : [`max-cll=${light.max},${light.average}`]),
  ];
};

/** In fractions and candela, as SVT-AV1 reads them. */
const svtParts = ({ display, light }: Mastering): string[] => {
  const at = ([x, y]: readonly [number, number]): string => `(${x / 50_000},${y / 50_000})`;
  return [
    ...(display === null
      ? []
      : [
          `mastering-display=G${at(display.green)}B${at(display.blue)}R${at(display.red)}WP${at(display.white)}L(${display.luminance.max / 10_000},${display.luminance.min / 10_000})`,
        ]),
    ...(light === null ? [] : [`content-light=${light.max},${light.average}`]),
  ];
};

/** Mastering display and light levels of an HDR picture that stays one; says where the encoder has no words for them. */
export const masteringOptions = (
  { mastering }: VideoFacts,
  { mustToneMap }: PixelFormat,
  { name }: Encoder,
  warn: (text: string) => void,
): MasteringOptions => {
  if (mastering === undefined || mustToneMap) return nothing;
  if (name === 'libx265') return { x265: ['hdr10=1', ...x265Parts(mastering)], args: [] };
  if (name === 'libsvtav1') return { x265: [], args: ['-svtav1-params', svtParts(mastering).join(':')] };
  warn(`the mastering display and light levels of HDR10 are left out: ${name} cannot write them`);
  return nothing;
};
