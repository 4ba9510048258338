import type { VideoFacts } from '../facts/media-facts.ts';
import { filter, type FilterOptions } from '../filtergraph/filter.ts';
import { seconds } from '../filtergraph/seconds.ts';

const framesPerSecond = (fps: number | string): number => {
  const [num = 0, den = 1] = String(fps).split('/').map(Number);
  return num / den;
};

/**
 * Brings a picture to a constant rate; `fps` as a number or a fraction. FFmpeg ends with the frame that is nearest to
 * the end: a last picture that stays for less than half a frame would not be seen at all, and with it the film stood
 * still on the one before.
 */
export const constantRate = (
  { lastMs }: Pick<VideoFacts, 'lastMs'>,
  fps: number | string,
  options: FilterOptions = {},
): string => {
  const isBrief = lastMs !== null && lastMs > 0 && lastMs * framesPerSecond(fps) < 500;
  return filter('fps', { fps, ...options, ...(isBrief ? { eof_action: 'pass' } : {}) });
};

/** Moves a picture so that this moment of its file is 0. */
const from = (beginMs: number): string[] =>
  beginMs === 0 ? [] : [filter('setpts', { expr: `PTS-${seconds(beginMs)}/TB` })];

/** Constant rate from this moment of its file on: a picture that begins later stands still until then. */
export const paced = (picture: VideoFacts, fps: number | string, beginMs = 0): string[] => [
  ...from(beginMs),
  constantRate(picture, fps, { start_time: 0 }),
];
