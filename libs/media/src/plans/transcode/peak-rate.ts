import { isStreaming } from '@ffapi/contracts';
import type { TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import type { Size } from '../../ladder/fit.ts';

export interface RateControl {
  readonly crf: number | null;
  readonly videoBitrate: number | null;
  readonly maxBitrate: number | null;
  /** Where the levels of a codec limit the rate by it. */
  readonly frame?: Size;
}

/** How long a peak is measured over. */
const windowSeconds = 2;

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

/** The average that encoders without such a model are told: in their worst two seconds they take about twice as much. */
export const averageBelow = (peak: number): number => Math.round(peak / 2);

/** Whether a constant quality has a peak that the encoder only keeps on average. */
export const isPeakLoose = (
  { device, codec }: { readonly device: 'cpu' | 'gpu'; readonly codec: VideoCodec },
  intent: TranscodeIntent,
): boolean =>
  device === 'cpu' &&
  (codec === 'av1' || codec === 'vp9') &&
  intent.maxBitrate !== null &&
  intent.videoBitrate === null &&
  !isStreaming(intent.container);

/** Whether a peak was asked for; those of a ladder of our own choice are for its players, who look at segments. */
export const isPeakPromised = ({ container, maxBitrate, ladder }: TranscodeIntent): boolean =>
  !isStreaming(container) || maxBitrate !== null || ladder !== null;
