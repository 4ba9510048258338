import type { Container, VideoCodec } from '@ffapi/contracts';
import { missesAlpha } from '../colour/alpha.ts';
import { exactScaling, fromRgb, isRgb } from '../colour/colour-tags.ts';
import { toneMapToSdr } from '../colour/tone-map.ts';
import { exactRate, hasRate, rateText } from '../facts/exact-rate.ts';
import { ratio } from '../facts/media-facts.ts';
import type { VideoFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import type { Framing } from '../ladder/fit.ts';
import { seconds } from '../filtergraph/seconds.ts';
import { constantRate } from './constant-rate.ts';
import { deinterlacing } from './fields.ts';
import type { Encoder } from './video-encoder.ts';

export interface PixelFormat {
  readonly name: string;
  readonly mustToneMap: boolean;
}

/** Codecs of which players show more than 8 bits, and HDR. */
const deepCodecs: readonly VideoCodec[] = ['hevc', 'av1', 'vp9'];

/** 4:2:0 at the source's depth where players can show it; 8 bits, and SDR, for older codecs. */
export const pixelFormat = (
  source: VideoFacts,
  { codec, device }: Pick<Encoder, 'codec' | 'device'>,
  warn: (text: string) => void,
  keepsAlpha = false,
): PixelFormat => {
  if (keepsAlpha) {
    if (source.bitDepth > 8)
      warn(`${source.bitDepth}-bit video becomes 8-bit, because transparency is kept with 8 bits`);
    return { name: 'yuva420p', mustToneMap: false };
  }
  if (missesAlpha(source)) warn(`transparency is lost: ${codec} has none here`);
  const keepsDepth = deepCodecs.includes(codec) && source.bitDepth > 8;
  const players = `${codec === 'h264' ? 'H.264' : codec} players`;
  if (source.isHdr && !keepsDepth) warn(`HDR is mapped to SDR, because ${players} show 8-bit SDR only`);
  else if (source.bitDepth > 8 && !keepsDepth)
    warn(`${source.bitDepth}-bit video becomes 8-bit, because ${players} show 8 bits only`);
  if (/^yuva?4(22|44)/.test(source.pixFmt)) warn(`colour is subsampled from ${source.pixFmt} to 4:2:0`);
  // NVENC takes no planes of 10 bits.
  const deep = device === 'gpu' ? 'p010le' : 'yuv420p10le';
  return { name: keepsDepth ? deep : 'yuv420p', mustToneMap: source.isHdr && !keepsDepth };
};

/** Keeps the source's own instants. FFmpeg 5.1 otherwise fills MP4 up to the finest tick: 48 frames became 119. */
export const frameTiming = (fps: number | null): string[] => (fps === null ? ['-fps_mode', 'vfr'] : []);

/** How far a picture may be moved without anybody noticing, alone. */
const offGridMsMax = 2;

/** Whether the pictures come at instants that a clock counting in frames cannot say: a rate that varies, a late start. */
export const needsFineClock = ({ isVfr, startMs, durationMs, fps }: VideoFacts): boolean => {
  const frameMs = ratio(fps) > 0 ? 1000 / ratio(fps) : Infinity;
  const isOnGrid = (ms: number): boolean => Math.abs(ms - Math.round(ms / frameMs) * frameMs) <= offGridMsMax;
  return isVfr || (frameMs < Infinity && ![startMs, startMs + (durationMs ?? 0)].every(isOnGrid));
};

/**
 * Keeps the source's instants exactly, and how long the last picture of a variable rate stays. The encoder would count
 * time in frames of the average rate: of 80 pictures of a screen recording 48 were left, and pictures that begin
 * between two frames moved against their sound. What it hands on has no length, so that MP4 shows the last picture as
 * long as the one before; its end is reckoned there, and set in Matroska, whose clock counts milliseconds.
 */
export const ownTiming = (source: VideoFacts, container: Container): string[] => {
  const { isVfr, startMs, durationMs, lastMs } = source;
  const isMatroska = container === 'mkv' || container === 'webm';
  const own = [...frameTiming(null), '-enc_time_base:v', isMatroska ? '1/1000' : '1/90000'];
  if (!isVfr) return needsFineClock(source) ? own : frameTiming(null);
  if (durationMs === null || lastMs === null) return frameTiming(null);
  if (lastMs === 0) return own;
  const endMs = startMs + durationMs;
  const length = isMatroska ? `if(gte(PTS,${endMs - lastMs - 1}),${lastMs},DURATION)` : `${seconds(endMs)}/TB-PTS`;
  return [...own, '-bsf:v', filter('setts', { pts: 'PTS', dts: 'DTS', duration: length })];
};

/** x265 takes the tick of a fine clock for the rate that its bits are shared out by. */
export const rateForX265 = (source: VideoFacts): string[] =>
  needsFineClock(source) && source.fps.num > 0 ? [`fps=${source.fps.num}/${source.fps.den}`] : [];

/** The rate that was asked for, where the source has another. */
export const rateFilters = (source: VideoFacts, fps: number | null): string[] =>
  fps !== null && !hasRate(source.fps, fps) ? [constantRate(source, rateText(fps))] : [];

/** Work done once on the decoded picture, before it is scaled. */
export const sourceFilters = (source: VideoFacts, timing: readonly string[], pixels: PixelFormat): string[] => [
  ...deinterlacing(source),
  ...timing,
  ...(pixels.mustToneMap ? toneMapToSdr(source) : []),
];

/** Scaling to the frame that was asked for, with square pixels. */
export const framingFilters = (source: VideoFacts, framed: Framing, pixels: PixelFormat): string[] => {
  const { picture, frame } = framed;
  const isSameSize = picture.width === source.displayWidth && picture.height === source.displayHeight;
  const hasSquarePixels = source.sar.num === source.sar.den;
  // Where rounding bends the shape a little, scaling would make up for it with pixels that are not quite square.
  const hasSameShape = picture.width * source.displayHeight === picture.height * source.displayWidth;
  const isConverted = isRgb(source) && !pixels.mustToneMap;
  const hasBars = frame.width !== picture.width || frame.height !== picture.height;
  return [
    ...(isSameSize && hasSquarePixels && !isConverted
      ? []
      : [
          filter('scale', {
            w: picture.width,
            h: picture.height,
            flags: isConverted ? exactScaling : 'lanczos',
            ...(isConverted ? fromRgb(source) : {}),
          }),
        ]),
    ...(hasBars ? [filter('pad', { w: frame.width, h: frame.height, x: '(ow-iw)/2', y: '(oh-ih)/2' })] : []),
    // A size that is not exactly of the picture's shape would otherwise get pixels that are not exactly square.
    ...(hasSquarePixels && hasSameShape && !hasBars ? [] : [filter('setsar', { sar: 1 })]),
    filter('format', { pix_fmts: pixels.name }),
  ];
};

/** Whether the encoded picture would be the source's own: then the stream is copied instead. */
export const isUnchanged = (source: VideoFacts, framed: Framing, fps: number | null): boolean =>
  framed.frame.width === source.displayWidth &&
  framed.frame.height === source.displayHeight &&
  source.sar.num === source.sar.den &&
  !source.isInterlaced &&
  (fps === null || Math.abs(fps - ratio(source.fps)) < 0.01);

/** How many frames come out; null where only decoding can tell. */
export const framesOut = (source: VideoFacts, fps: number | null, durationMs: number | null): number | null => {
  if (fps !== null && !hasRate(source.fps, fps))
    return durationMs === null ? null : Math.round((durationMs / 1000) * ratio(exactRate(fps)));
  return source.isVfr ? null : source.frames;
};
