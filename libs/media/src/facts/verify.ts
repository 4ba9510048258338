import type { ErrorCode } from '@ffapi/contracts';
import type { Expectation } from '../plans/plan.ts';
import { pictureOf } from './media-facts.ts';
import type { MediaFacts } from './media-facts.ts';

export interface Shortfall {
  readonly code: ErrorCode;
  readonly message: string;
}

/** How far a duration may be off: containers round, and audio frames stick out at the end. */
export const durationToleranceMs = (expectedMs: number): number => Math.max(expectedMs * 0.02, 500);

const invalid = (message: string): Shortfall => ({ code: 'output_invalid', message });

const checkDuration = (expectedMs: number, actualMs: number | null): Shortfall | null => {
  if (actualMs === null) return invalid('the output has no duration');
  const difference = actualMs - expectedMs;
  if (Math.abs(difference) <= durationToleranceMs(expectedMs)) return null;
  const message = `the output lasts ${actualMs} ms instead of ${expectedMs} ms`;
  return difference < 0 ? { code: 'output_truncated', message } : invalid(message);
};

/** What is wrong with an output, judged by its probe alone; null when it is what the plan promised. */
export const checkOutput = (expect: Expectation, facts: MediaFacts): Shortfall | null => {
  const picture = pictureOf(facts);
  const sound = facts.audio[0];
  if (facts.video.length + facts.audio.length === 0) return invalid('the output has neither picture nor sound');
  if (expect.videoCodec !== undefined && picture?.codec !== expect.videoCodec)
    return invalid(`video is ${picture?.codec ?? 'absent'} instead of ${expect.videoCodec}`);
  if (expect.audioCodec !== undefined && sound?.codec !== expect.audioCodec)
    return invalid(`audio is ${sound?.codec ?? 'absent'} instead of ${expect.audioCodec}`);
  if (expect.videoStreams !== undefined && facts.video.length < expect.videoStreams)
    return invalid(`${facts.video.length} video streams instead of ${expect.videoStreams}`);
  if (expect.audioStreams !== undefined && facts.audio.length < expect.audioStreams)
    return invalid(`${facts.audio.length} audio streams instead of ${expect.audioStreams}`);
  if (expect.width !== undefined && expect.height !== undefined && picture !== null) {
    const isRight = facts.video.some((stream) => stream.width === expect.width && stream.height === expect.height);
    if (!isRight)
      return invalid(`the frame is ${picture.width}x${picture.height} instead of ${expect.width}x${expect.height}`);
  }
  return expect.durationMs === undefined ? null : checkDuration(expect.durationMs, facts.durationMs);
};
