import type { TranscodeIntent, VideoCodec } from '@ffapi/contracts';
import type { Rational } from '../facts/media-facts.ts';
import { ratio } from '../facts/media-facts.ts';
import { refusePlan } from '../plans/plan.ts';
import type { Encoder } from './video-encoder.ts';

/** The longest time between two keyframes where none is asked for: players seek to them. MPEG-2 players look for one twice a second. */
const intervalMsMax = (codec: VideoCodec): number => (codec === 'mpeg2video' ? 500 : 5_000);

/** FFmpeg's encoders of MPEG-2 and MPEG-4 shorten what is longer. */
const mpegFramesMax = 600;

/** Keyframes of a single file: at least every five seconds, or exactly as often as was asked, beside those of new scenes. */
export const fileKeyframes = (
  { codec, device }: Encoder,
  { keyframeIntervalMs }: TranscodeIntent,
  fps: Rational,
): string[] => {
  const frames = Math.round(((keyframeIntervalMs ?? intervalMsMax(codec)) / 1000) * (ratio(fps) || 25));
  const isMpeg = codec === 'mpeg4' || codec === 'mpeg2video';
  if (isMpeg && frames > mpegFramesMax)
    refusePlan(
      'param_out_of_range',
      `keyframe_interval: ${codec} has a keyframe every ${mpegFramesMax} frames at least`,
    );
  const most = ['-g', String(Math.max(1, frames))];
  // SVT-AV1 counts pictures only.
  if (keyframeIntervalMs === null || (codec === 'av1' && device === 'cpu')) return most;
  const forced = ['-force_key_frames', `expr:gte(t,n_forced*${keyframeIntervalMs / 1000})`];
  return [...forced, ...most, ...(codec === 'vp9' || isMpeg ? [] : ['-forced-idr', '1'])];
};
