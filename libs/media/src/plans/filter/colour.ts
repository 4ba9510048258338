import { yuvOf } from '../../colour/colour-matrix.ts';
import { toneMapToSdr } from '../../colour/tone-map.ts';
import { chain, filter } from '../../filtergraph/filter.ts';
import type { FilterContext, FilterForms, SideMedia } from './applied.ts';
import { despilling, keying } from './screen.ts';
import { endsWithPicture, staying } from './staying.ts';

const number = (value: number): string => String(Math.round(value * 1e6) / 1e6);

// In lutyuv minval and maxval are the limits of the plane at the picture's depth, so one form serves 8 and 10 bits;
// eq silently makes 8 bits of 10.
const middle = '(minval+maxval)/2';
const luma = (expression: string): string[] => [filter('lutyuv', { y: expression })];
const chroma = (factor: number): string[] => {
  const about = `clip((val-${middle})*${number(factor)}+${middle},minval,maxval)`;
  return [filter('lutyuv', { u: about, v: about })];
};

/** Filters that calculate in RGB, there and back by the picture's own matrix. */
const inRgb = (filters: readonly string[], { pixels, matrix }: FilterContext): string[] => [
  filter('scale', { in_color_matrix: matrix }),
  filter('format', { pix_fmts: pixels === 'yuv420p' ? 'gbrp' : 'gbrp10le' }),
  ...filters,
  filter('scale', { out_color_matrix: matrix, out_range: 'tv' }),
  filter('format', { pix_fmts: pixels }),
];

const sepia = { rr: 0.393, rg: 0.769, rb: 0.189, gr: 0.349, gg: 0.686, gb: 0.168, br: 0.272, bg: 0.534, bb: 0.131 };
const isOwn = (weight: string): boolean => weight[0] === weight[1];

const solid = (hex: string, context: FilterContext): string => {
  const [y, u, v] = yuvOf(hex, context.matrix);
  return filter('lutyuv', { y, u, v });
};

/** A side picture that fills the frame; what sticks out is cut. */
const filling = ({ picture: side }: SideMedia, { picture, pixels, matrix }: FilterContext): string =>
  chain([
    ...(side.isHdr ? toneMapToSdr(side) : []),
    filter('scale', {
      w: picture.width,
      h: picture.height,
      force_original_aspect_ratio: 'increase',
      flags: 'lanczos',
      out_color_matrix: matrix,
      out_range: 'tv',
    }),
    filter('crop', { w: picture.width, h: picture.height, exact: 1 }),
    filter('setsar', { sar: 1 }),
    filter('format', { pix_fmts: pixels }),
    ...staying(side),
  ]);

export const colourForms: FilterForms<
  'brightness' | 'contrast' | 'saturation' | 'hue' | 'grayscale' | 'sepia' | 'vintage' | 'chromakey'
> = {
  brightness: ({ value }) => ({
    filters: luma(`clip(val+${number((value * 255) / 219)}*(maxval-minval),minval,maxval)`),
  }),
  contrast: ({ value }) => ({ filters: luma(`clip((val-${middle})*${number(value)}+${middle},minval,maxval)`) }),
  saturation: ({ value }) => ({ filters: chroma(value) }),
  hue: ({ degrees }) => ({ filters: [filter('hue', { h: degrees })] }),
  grayscale: () => ({ filters: [filter('lutyuv', { u: middle, v: middle })] }),
  sepia: ({ strength }, context) => {
    const mixed = Object.entries(sepia).map(
      ([weight, value]) => [weight, number(strength * value + (isOwn(weight) ? 1 - strength : 0))] as const,
    );
    return { filters: inRgb([filter('colorchannelmixer', Object.fromEntries(mixed))], context) };
  },
  vintage: (_, context) => ({ filters: inRgb([filter('curves', { preset: 'vintage' })], context) }),
  chromakey: (params, context) => {
    const { background_url, background_color = '#000000', despill } = params;
    const colour = context.screen(params);
    const key = chain([keying(colour, params), ...(despill ? despilling(colour, context.matrix) : [])]);
    // The background is laid over a copy of the picture, so that the picture alone decides about time and rate.
    return {
      branches: (from, to) => {
        const pad = (name: string): string => `[${name}${context.at}]`;
        const behind =
          background_url === undefined
            ? [`${pad('b')}${solid(background_color, context)}${pad('base')}`]
            : [
                `${context.side('background_url').pad}${filling(context.side('background_url'), context)}${pad('fill')}`,
                `${pad('b')}${pad('fill')}${filter('overlay', { format: 'yuv420', ...endsWithPicture })}${pad('base')}`,
              ];
        return [
          `${from}split${pad('a')}${pad('b')}`,
          `${pad('a')}${key}${pad('key')}`,
          ...behind,
          `${pad('base')}${pad('key')}${chain([filter('overlay', { format: 'yuv420' }), filter('format', { pix_fmts: context.pixels })])}${to}`,
        ];
      },
    };
  },
};
