import { hasAlpha, missesAlpha } from '../colour/alpha.ts';
import { exactScaling, isRgb } from '../colour/colour-tags.ts';
import { matrixOf } from '../colour/colour-matrix.ts';
import { toneMapToSdr } from '../colour/tone-map.ts';
import { exactRate } from '../facts/exact-rate.ts';
import { pictureOf, ratio } from '../facts/media-facts.ts';
import type { MediaFacts, VideoFacts } from '../facts/media-facts.ts';
import { filter } from '../filtergraph/filter.ts';
import type { FilterOptions } from '../filtergraph/filter.ts';
import { evenSize, fitInside } from '../ladder/fit.ts';
import { deinterlacing } from '../encode/fields.ts';
import { refusePlan } from '../plans/plan.ts';
import { seconds } from '../filtergraph/seconds.ts';

/** The frame that everything is brought to. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export const canvasOf = (asked: Canvas): Canvas => ({ ...evenSize(asked), fps: ratio(exactRate(asked.fps)) });

/** The picture of an input; a message says which input has none. */
export const pictureIn = (facts: MediaFacts | undefined, name: string): VideoFacts => {
  const media = facts ?? refusePlan('media_unreadable', `${name} is missing`);
  return pictureOf(media) ?? refusePlan('media_no_video_stream', `${name} has no video track`);
};

/** Whether the frame is the picture's own, so that nothing has to be scaled. */
const fills = (picture: VideoFacts, canvas: Canvas): boolean =>
  picture.displayWidth === canvas.width &&
  picture.displayHeight === canvas.height &&
  picture.sar.num === picture.sar.den;

const meaningOf = (picture: VideoFacts): { matrix: string; range: 'tv' | 'pc' } => ({
  matrix: picture.colorSpace === 'bt2020nc' ? 'bt2020' : matrixOf(picture),
  range: picture.colorRange === 'pc' || picture.pixFmt.startsWith('yuvj') ? 'pc' : 'tv',
});

/** Everything on the canvas is BT.709 in limited range, whatever it was: what is mixed must mean the same. */
const toCanvasColour = (picture: VideoFacts): FilterOptions => {
  const canvas = { out_color_matrix: 'bt709', out_range: 'tv' };
  if (isRgb(picture)) return canvas;
  const { matrix, range } = picture.isHdr ? { matrix: 'bt709', range: 'tv' } : meaningOf(picture);
  return { in_color_matrix: matrix, in_range: range, ...canvas };
};

/** Says so to encoders and players. */
export const canvasColour = filter('setparams', {
  range: 'tv',
  color_primaries: 'bt709',
  color_trc: 'bt709',
  colorspace: 'bt709',
});

/** SDR pictures with square pixels, as large as fits into the canvas, without bars; what was transparent stays so. */
export const fitted = (picture: VideoFacts, canvas: Canvas): string[] => {
  const size = fitInside({ width: picture.displayWidth, height: picture.displayHeight }, canvas, true);
  return [
    ...deinterlacing(picture),
    ...(picture.isHdr ? toneMapToSdr(picture) : []),
    filter('scale', { w: size.width, h: size.height, flags: exactScaling, ...toCanvasColour(picture) }),
    filter('setsar', { sar: 1 }),
    filter('format', { pix_fmts: hasAlpha(picture) ? 'yuva420p' : 'yuv420p' }),
    canvasColour,
  ];
};

/** The picture in the middle of the canvas, with bars where its shape is another. */
export const onCanvas = (picture: VideoFacts, canvas: Canvas): string[] => [
  ...fitted(picture, canvas),
  ...(fills(picture, canvas)
    ? []
    : [filter('pad', { w: canvas.width, h: canvas.height, x: '(ow-iw)/2', y: '(oh-ih)/2' })]),
  filter('format', { pix_fmts: 'yuv420p' }),
  canvasColour,
];

/** The canvas itself, in one colour. */
export const canvasOfColour = (canvas: Canvas, colour: string, durationMs: number): string[] => [
  filter('color', { c: colour, s: `${canvas.width}x${canvas.height}`, r: canvas.fps, d: seconds(durationMs) }),
  filter('scale', { out_color_matrix: 'bt709', out_range: 'tv' }),
  filter('setsar', { sar: 1 }),
  filter('format', { pix_fmts: 'yuv420p' }),
  canvasColour,
];

/** What is transparent in a picture that lies under no other shows black, or what its maker left there. */
export const alphaWarnings = (pictures: readonly VideoFacts[]): string[] =>
  pictures.some(missesAlpha) ? ['transparency is lost: the film has none'] : [];

/** What viewers should know of pictures that lose something on the way. */
export const pictureWarnings = (pictures: readonly VideoFacts[]): string[] => [
  ...(pictures.some(({ isHdr }) => isHdr) ? ['HDR is mapped to SDR'] : []),
  ...(pictures.some(({ isHdr, bitDepth }) => !isHdr && bitDepth > 8) ? ['10-bit video becomes 8-bit'] : []),
];
