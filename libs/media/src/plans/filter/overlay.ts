import type { Position, VideoFilterParams } from '@ffapi/contracts';
import { drawnColour } from '../../colour/colour-matrix.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import type { FilterOptions } from '../../filtergraph/filter.ts';
import type { Size } from '../../ladder/fit.ts';
import type { Applied, FilterContext, FilterForms, SideMedia } from './applied.ts';
import { wrapped } from './wrapped.ts';
import { endsWithPicture, staying } from './staying.ts';

/** When something is seen, as a filter's `enable`. */
const enabling = (start: number | undefined, end: number | undefined): FilterOptions => {
  const bounds = [...(start === undefined ? [] : [`gte(t,${start})`]), ...(end === undefined ? [] : [`lt(t,${end})`])];
  return bounds.length === 0 ? {} : { enable: bounds.join('*') };
};

type Edge = 'near' | 'middle' | 'far';

const horizontal = (position: Position): Edge =>
  position.endsWith('left') ? 'near' : position.endsWith('right') ? 'far' : 'middle';
const vertical = (position: Position): Edge =>
  position.startsWith('top') ? 'near' : position.startsWith('bottom') ? 'far' : 'middle';

const along = (edge: Edge, frame: string, own: string, margin: number): string =>
  ({ near: `${margin}`, middle: `(${frame}-${own})/2`, far: `${frame}-${own}-${margin}` })[edge];

const widthOf = (size: Size, width: number): Size => ({
  width,
  height: Math.max(1, Math.round((size.height * width) / size.width)),
});

/** Lays an image over the picture, which alone decides how long the film is. */
const laidOver = (
  { pad, picture: image }: SideMedia,
  size: Size,
  opacity: number,
  place: FilterOptions,
  { at, pixels, matrix }: FilterContext,
): Applied => {
  const isDeep = pixels !== 'yuv420p';
  const prepared = chain([
    ...(image.isHdr ? toneMapToSdr(image) : []),
    filter('format', { pix_fmts: 'rgba' }),
    ...(opacity === 1 ? [] : [filter('colorchannelmixer', { aa: opacity })]),
    filter('scale', { w: size.width, h: size.height, flags: 'lanczos', out_color_matrix: matrix, out_range: 'tv' }),
    filter('format', { pix_fmts: isDeep ? 'yuva420p10le' : 'yuva420p' }),
    ...staying(image),
  ]);
  const overlay = filter('overlay', { ...place, format: isDeep ? 'yuv420p10' : 'yuv420', ...endsWithPicture });
  return {
    branches: (from, to) => [
      `${pad}${prepared}[image${at}]`,
      `${from}[image${at}]${chain([overlay, filter('format', { pix_fmts: pixels })])}${to}`,
    ],
  };
};

const boxOptions = (box: VideoFilterParams<'text'>['box'], { matrix }: FilterContext): FilterOptions =>
  box === undefined
    ? {}
    : { box: 1, boxcolor: `${drawnColour(box.color, matrix)}@${box.opacity}`, boxborderw: box.padding };

const own = ({ picture }: SideMedia): Size => ({ width: picture.displayWidth, height: picture.displayHeight });

/** FFmpeg draws a text in one font, this where none is named, and looks for a letter in no other. */
export const drawnFont = 'DejaVu Sans';

export const overlayForms: FilterForms<'watermark' | 'image_overlay' | 'text'> = {
  watermark: ({ position, margin, opacity, scale }, context) => {
    const image = context.side('image_url');
    const size = widthOf(own(image), Math.max(2, Math.round(context.picture.width * scale)));
    const place = {
      x: along(horizontal(position), 'W', 'w', margin),
      y: along(vertical(position), 'H', 'h', margin),
    };
    return laidOver(image, size, opacity, place, context);
  },
  image_overlay: ({ x, y, width, opacity, start, end }, context) => {
    const image = context.side('image_url');
    const size = width === undefined ? own(image) : widthOf(own(image), width);
    return laidOver(image, size, opacity, { x, y, ...enabling(start, end) }, context);
  },
  text: (params, context) => {
    const { text, font = drawnFont, font_size, color, opacity, position, margin, wrap, start, end } = params;
    const file = `text${context.at}.txt`;
    const options = {
      textfile: file,
      // Without this, % and \ would be read as commands.
      expansion: 'none',
      font,
      fontsize: font_size,
      fontcolor: `${drawnColour(color, context.matrix)}@${opacity}`,
      x: params.x ?? along(horizontal(position), 'w', 'text_w', margin),
      y: params.y ?? along(vertical(position), 'h', 'text_h', margin),
      ...boxOptions(params.box, context),
      ...enabling(start, end),
    };
    const around = 2 * (params.box?.padding ?? 0);
    const room = context.picture.width - around - (params.x ?? 2 * margin);
    const lines = wrap ? wrapped(text, font_size, room) : text.replaceAll('\r\n', '\n');
    return { filters: [filter('drawtext', options)], scratch: { [file]: lines } };
  },
};
