import type { ImageLoopParams } from '@ffapi/contracts';
import { guardedInput } from '../../argv/guard.ts';
import type { VideoFacts } from '../../facts/media-facts.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import { evenSize, fitInside } from '../../ladder/fit.ts';
import type { Size } from '../../ladder/fit.ts';
import { refusePlan } from '../plan.ts';
import type { PlanFn } from '../plan.ts';
import { canvasColour, canvasOfColour, fitted, pictureIn } from '../../canvas/canvas.ts';
import { estimateOf, framesIn, mp4Output, painterOf, paintStep } from '../../canvas/mp4.ts';

const frameOf = ({ width, height }: ImageLoopParams, picture: VideoFacts): Size => {
  const source = { width: picture.displayWidth, height: picture.displayHeight };
  if (width === undefined && height === undefined) return evenSize(source);
  if (width !== undefined && height !== undefined) return evenSize({ width, height });
  const free = Number.MAX_SAFE_INTEGER;
  return fitInside(source, { width: width ?? free, height: height ?? free }, true);
};

/** zoompan places its window on whole pixels: on a picture four times as large the move does not tremble. */
const oversampling = 4;
/** Larger pictures are not enlarged further: a frame of the move would take seconds. */
const oversampledWidthMax = 7680;

const move = (
  { zoom, direction, x, y }: NonNullable<ImageLoopParams['pan_zoom']>,
  frames: number,
  size: Size,
  fps: number,
) => {
  const along = `${zoom - 1}*on/${Math.max(1, frames - 1)}`;
  const factor = Math.max(1, Math.min(oversampling, Math.floor(oversampledWidthMax / size.width)));
  return [
    filter('scale', { w: size.width * factor, h: size.height * factor, flags: 'lanczos' }),
    filter('zoompan', {
      z: direction === 'in' ? `1+${along}` : `${zoom}-${along}`,
      x: `(iw-iw/zoom)*${x}`,
      y: `(ih-ih/zoom)*${y}`,
      d: 1,
      s: `${size.width}x${size.height}`,
      fps,
    }),
  ];
};

/** The plan of a video of one picture; transparent places show the background. */
export const planImageLoop: PlanFn<ImageLoopParams> = ({ params, facts, caps, hardware }) => {
  const source = facts.source ?? refusePlan('media_unreadable', 'there is no picture');
  const picture = pictureIn(source, 'image_url');
  const canvas = { ...frameOf(params, picture), fps: params.fps };
  const durationMs = Math.round(params.duration * 1000);
  const frames = framesIn(durationMs, canvas);
  const warnings: string[] = [];
  const painter = painterOf('balanced', { caps, hardware, warn: (text) => void warnings.push(text) });
  const still = [
    ...fitted(picture, canvas),
    filter('loop', { loop: -1, size: 1 }),
    filter('setpts', { expr: `N/${params.fps}/TB` }),
  ];
  const graph = [
    `${chain(canvasOfColour(canvas, params.background, durationMs))}[back]`,
    `[0:${picture.index}]${chain(still)}[still]`,
    `[back][still]${chain([
      filter('overlay', { x: '(W-w)/2', y: '(H-h)/2', shortest: 1 }),
      ...(params.pan_zoom ? move(params.pan_zoom, frames, canvas, params.fps) : []),
      filter('setsar', { sar: 1 }),
      filter('format', { pix_fmts: 'yuv420p' }),
      canvasColour,
    ])}[picture]`,
  ];
  const tune = painter.encoder.device === 'cpu' && params.pan_zoom === undefined ? ['-tune', 'stillimage'] : [];
  return {
    kind: 'run',
    device: painter.encoder.device,
    steps: [
      paintStep({
        inputs: guardedInput('source', source.demuxer),
        reads: ['source'],
        graph,
        hasSound: false,
        painter,
        until: [...tune, '-frames:v', String(frames)],
        durationMs,
      }),
    ],
    outputs: [mp4Output(canvas, (frames / params.fps) * 1000, false)],
    warnings,
    estimate: estimateOf(canvas, durationMs, painter),
  };
};
