import type { VideoCodec } from '@ffapi/contracts';
import { bufferModel } from './peak-rate.ts';
import type { RateControl } from './peak-rate.ts';

/** The finest and the coarsest step that FFmpeg's encoders of MPEG-2 and MPEG-4 take. */
const [finest, coarsest] = [2, 31];

/** The quantiser that is as coarse as H.264's at a crf, whose step doubles every 6 (ITU-R H.264, 8.5.8): 23 is 4.45. */
const quantiserOf = (crf: number): number =>
  Math.min(coarsest, Math.max(finest, Number((0.3125 * 2 ** (crf / 6)).toFixed(2))));

/** The highest rate and buffer of MPEG-2's levels, in bits, by the widest picture (ISO/IEC 13818-2, tables 8-13 and 8-14). */
const levels = [
  { widest: 720, rate: 15_000_000, buffer: 1_835_008 },
  { widest: 1440, rate: 60_000_000, buffer: 7_340_032 },
  { widest: Infinity, rate: 80_000_000, buffer: 9_781_248 },
] as const;

const levelFor = (width: number) => levels.find(({ widest }) => width <= widest) ?? levels[2];

/** A program stream lets pictures wait for 0.7 s at most. */
const waitSeconds = 0.5;

/** Average, peak and buffer of a constant quality that has a peak: the finest step is held until the peak is reached. */
const capped = (quantiser: number, rate: number, buffer: number): string[] =>
  ['-qmin', Math.round(quantiser), '-b:v', rate, '-maxrate', rate, '-bufsize', buffer].map(String);

/**
 * Rate control of FFmpeg's own encoders. MPEG-2 always has a peak: what its level allows, which also tells program
 * streams how fast they have to be read.
 */
export const mpegRate = (
  codec: VideoCodec,
  { videoBitrate, maxBitrate, frame }: RateControl,
  crf: number,
): string[] => {
  const level = codec === 'mpeg2video' ? levelFor(frame?.width ?? Infinity) : null;
  const peak = maxBitrate === null ? null : bufferModel(maxBitrate, videoBitrate, true);
  const bufferFor = (rate: number): number =>
    Math.min(level?.buffer ?? Infinity, Math.round(rate * waitSeconds), peak?.buffer ?? Infinity);
  if (videoBitrate !== null) {
    const rate = peak?.rate ?? Math.round(videoBitrate * 1.5);
    return ['-b:v', String(videoBitrate), '-maxrate', String(rate), '-bufsize', String(bufferFor(rate))];
  }
  const rate = peak?.rate ?? level?.rate;
  return rate === undefined ? ['-q:v', String(quantiserOf(crf))] : capped(quantiserOf(crf), rate, bufferFor(rate));
};
