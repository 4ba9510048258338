import type { VideoCodec } from '@ffapi/contracts';
import type { Size } from '../ladder/fit.ts';

/** Millions of pixels a second that one ordinary core encodes at `balanced`; measured on film at 720p. */
const megapixelsPerSecond: Readonly<Record<VideoCodec, number>> = {
  h264: 40,
  hevc: 14,
  av1: 16,
  vp9: 9,
  mpeg4: 60,
  mpeg2video: 60,
};
const gpuMegapixelsPerSecond = 600;

/** Rough encoding time, for queues and people; never a limit. */
export const encodeEstimateMs = (
  codec: VideoCodec,
  device: 'cpu' | 'gpu',
  frames: number,
  sizes: readonly Size[],
): number => {
  const megapixels = sizes.reduce((sum, size) => sum + (size.width * size.height) / 1e6, 0) * frames;
  return Math.round((megapixels / (device === 'gpu' ? gpuMegapixelsPerSecond : megapixelsPerSecond[codec])) * 1000);
};
