import { parseFrameMetadata } from '../../facts/frame-metadata.ts';
import type { FrameMetadata } from '../../facts/frame-metadata.ts';

/** What the measuring pass says about one frame. */
export interface FrameScore {
  readonly timeMs: number;
  /** Mean luma, 0 to 255. */
  readonly luma: number;
  /** Distance of the 10th and 90th percentile of luma. */
  readonly spread: number;
  /** Mean difference from the measured frame before, in percent. */
  readonly change: number;
  readonly blur: number;
  /** Entropy of luma, 0 to 1. */
  readonly entropy: number;
}

const toScore = ({ seconds, value }: FrameMetadata): FrameScore => ({
  timeMs: Math.max(0, Math.round(seconds * 1000)),
  luma: value('signalstats.YAVG') ?? 0,
  spread: (value('signalstats.YHIGH') ?? 0) - (value('signalstats.YLOW') ?? 0),
  change: value('scd.mafd') ?? 0,
  blur: value('blur') ?? 0,
  entropy: value('entropy.normalized_entropy.normal.Y') ?? 0,
});

/** The frames in the text that FFmpeg's `metadata=mode=print` filter writes. */
export const parseFrameScores = (text: string): FrameScore[] => parseFrameMetadata(text).map(toScore);
