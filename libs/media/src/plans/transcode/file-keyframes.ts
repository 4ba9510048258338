import type { TranscodeIntent } from '@ffapi/contracts';
import type { Rational } from '../../facts/media-facts.ts';
import { ratio } from '../../facts/media-facts.ts';
import type { Encoder } from './video-encoder.ts';

/** The longest time between two keyframes where none is asked for: players seek to them. */
const intervalMsMax = 5_000;

/** Keyframes of a single file: at least every five seconds, or exactly as often as was asked, beside those of new scenes. */
export const fileKeyframes = (
  { codec, device }: Encoder,
  { keyframeIntervalMs }: TranscodeIntent,
  fps: Rational,
): string[] => {
  const frames = Math.round(((keyframeIntervalMs ?? intervalMsMax) / 1000) * (ratio(fps) || 25));
  const most = ['-g', String(Math.max(1, frames))];
  // SVT-AV1 counts pictures only.
  if (keyframeIntervalMs === null || (codec === 'av1' && device === 'cpu')) return most;
  const forced = ['-force_key_frames', `expr:gte(t,n_forced*${keyframeIntervalMs / 1000})`];
  return [...forced, ...most, ...(codec === 'vp9' ? [] : ['-forced-idr', '1'])];
};
