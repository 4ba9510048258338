import { drawnColour } from '../../colour/colour-matrix.ts';
import { filter } from '../../filtergraph/filter.ts';
import { evenSize, fitInside } from '../../ladder/fit.ts';
import type { Size } from '../../ladder/fit.ts';
import { refusePlan } from '../plan.ts';
import type { Applied, FilterForms, PictureState } from './applied.ts';

/** FFmpeg turns a picture over by counting its lines backwards, on which libx265 crashes at 10 bits: they are put in order. */
const upended = ['vflip', 'copy'];

const rightAngles: Readonly<Record<number, readonly string[]>> = {
  0: [],
  90: [filter('transpose', { dir: 'clock' })],
  180: ['hflip', ...upended],
  270: [filter('transpose', { dir: 'cclock' })],
};

const turned = ({ width, height }: Size, degrees: number): Size => {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const even = (value: number): number => 2 * Math.ceil(value / 2);
  return { width: even(width * cos + height * sin), height: even(width * sin + height * cos) };
};

const resize = ({ width, height }: Size): string => filter('scale', { w: width, h: height, flags: 'lanczos' });

const covering = (picture: Size, frame: Size): Size => {
  const scale = Math.max(frame.width / picture.width, frame.height / picture.height);
  const size = evenSize({ width: picture.width * scale, height: picture.height * scale });
  return { width: Math.max(size.width, frame.width), height: Math.max(size.height, frame.height) };
};

const unbounded = Number.MAX_SAFE_INTEGER;

const scaled = (
  picture: PictureState,
  box: Partial<Size>,
  fit: 'contain' | 'cover' | 'stretch' | 'inside',
): Applied => {
  const [width, height] = [box.width ?? unbounded, box.height ?? unbounded];
  if (box.width === undefined || box.height === undefined || fit === 'inside') {
    const size = fitInside(picture, { width, height }, true);
    return { filters: [resize(size), filter('setsar', { sar: 1 })], changes: size };
  }
  const frame = evenSize({ width, height });
  const inner = { contain: fitInside(picture, frame, true), cover: covering(picture, frame), stretch: frame }[fit];
  const framing = { w: frame.width, h: frame.height };
  const reframe = {
    contain: [filter('pad', { ...framing, x: '(ow-iw)/2', y: '(oh-ih)/2' })],
    cover: [filter('crop', framing)],
    stretch: [],
  }[fit];
  return { filters: [resize(inner), ...reframe, filter('setsar', { sar: 1 })], changes: frame };
};

export const geometryForms: FilterForms<'rotate' | 'flip' | 'crop' | 'scale'> = {
  rotate: ({ degrees, fill_color }, { picture, matrix }) => {
    const angle = ((degrees % 360) + 360) % 360;
    const exact = rightAngles[angle];
    if (exact !== undefined) {
      const isOnSide = angle % 180 === 90;
      return {
        filters: exact,
        changes: isOnSide ? { width: picture.height, height: picture.width } : {},
      };
    }
    const size = turned(picture, angle);
    const a = `${angle}*PI/180`;
    const fillcolor = drawnColour(fill_color, matrix);
    return { filters: [filter('rotate', { a, ow: size.width, oh: size.height, fillcolor })], changes: size };
  },
  flip: ({ direction }) => ({ filters: direction === 'horizontal' ? ['hflip'] : upended }),
  crop: ({ width, height, x, y }, { picture }) => {
    const left = x ?? Math.floor((picture.width - width) / 2);
    const top = y ?? Math.floor((picture.height - height) / 2);
    if (left < 0 || top < 0 || left + width > picture.width || top + height > picture.height)
      refusePlan(
        'param_out_of_range',
        `the crop of ${width}x${height} at ${left},${top} lies outside of the picture, which is ${picture.width}x${picture.height} here`,
      );
    return {
      filters: [filter('crop', { w: width, h: height, x: left, y: top, exact: 1 })],
      changes: { width, height },
    };
  },
  scale: ({ width, height, fit }, { picture }) => scaled(picture, { width, height }, fit),
};
