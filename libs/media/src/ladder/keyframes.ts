import type { Rational } from '../facts/media-facts.ts';
import { ratio } from '../facts/media-facts.ts';

/** A keyframe interval of about two seconds that divides the segment evenly. */
export const keyframeIntervalMs = (segmentMs: number): number => segmentMs / Math.max(1, Math.round(segmentMs / 2000));

/**
 * Places keyframes so that every rung of a ladder cuts at the same instants. By time rather than by count: sources of
 * 23.976 fps drift off a grid of frame counts, and players then stall when they change rungs.
 */
export const alignedKeyframes = (segmentMs: number): string[] => [
  '-force_key_frames',
  `expr:gte(t,n_forced*${keyframeIntervalMs(segmentMs) / 1000})`,
];

/** Frames between keyframes, for encoders that place them by count only. */
export const gopFrames = (segmentMs: number, fps: Rational): number =>
  Math.max(1, Math.round((keyframeIntervalMs(segmentMs) / 1000) * (ratio(fps) || 25)));
