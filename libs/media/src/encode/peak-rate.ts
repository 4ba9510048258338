import { isStreaming } from '@ffapi/contracts';
import type { TranscodeIntent } from '@ffapi/contracts';
import type { Size } from '../ladder/fit.ts';

export interface RateControl {
  readonly crf: number | null;
  readonly videoBitrate: number | null;
  readonly maxBitrate: number | null;
  /** Where the levels of a codec limit the rate by it. */
  readonly frame?: Size;
}

/** How long a peak is measured over. */
export const windowSeconds = 2;

/** The rate that is left for the length of a window when a full buffer comes on top of it. */
const steadyShare = 0.85;
const bufferShareMin = 0.15;

/** What an encoder that keeps a buffer model is told, in bits a second and bits, so that no two seconds exceed a peak. */
export const bufferModel = (
  peak: number,
  average: number | null,
  isPromised: boolean,
): { readonly rate: number; readonly buffer: number } => {
  if (!isPromised) return { rate: peak, buffer: windowSeconds * peak };
  const rate = Math.max(Math.round(peak * steadyShare), Math.min(average ?? 0, peak));
  return { rate, buffer: Math.max(Math.round(peak * bufferShareMin), windowSeconds * (peak - rate)) };
};

/**
 * The part of a peak that encoders without such a model are told as an average. SVT-AV1 is slow to use what it may have;
 * libvpx takes about twice as much in its worst two seconds.
 */
const averageShare = { av1: 0.85, vp9: 0.5 } as const;

export const averageBelow = (peak: number, codec: keyof typeof averageShare): number =>
  Math.round(peak * averageShare[codec]);

/** Whether a peak is only kept by measuring what was encoded: SVT-AV1 and libvpx know averages. */
export const isPeakMeasured = ({ container, video, maxBitrate }: TranscodeIntent): boolean =>
  (video === 'av1' || video === 'vp9') && maxBitrate !== null && !isStreaming(container);

/** Whether a constant quality has such a peak. */
export const isPeakLoose = ({ device }: { readonly device: 'cpu' | 'gpu' }, intent: TranscodeIntent): boolean =>
  device === 'cpu' && intent.videoBitrate === null && isPeakMeasured(intent);

/** Whether a peak was asked for; those of a ladder of our own choice are for its players, who look at segments. */
export const isPeakPromised = ({ container, maxBitrate, ladder }: TranscodeIntent): boolean =>
  !isStreaming(container) || maxBitrate !== null || ladder !== null;
