import { z } from 'zod';
import { controls, surrogates } from '../../kernel/plain-text.ts';
import { fontFamily } from '../font-family.ts';
import { mediaField } from '../media-field.ts';
import {
  colorField,
  filterOf,
  loopField,
  marginField,
  offsetField,
  opacityField,
  positionField,
  secondsField,
} from './fields.ts';

const image = mediaField.describe('The image; transparency is kept.');
const start = secondsField('Seconds at which it appears. Default: the beginning.');
const end = secondsField('Seconds at which it goes. Default: the end.');

// Letters, marks, spaces and line breaks of any script, and no control characters.
const textPattern = new RegExp(String.raw`^[^${controls}${surrogates}]*(\r?\n[^${controls}${surrogates}]*)*$`, 'u');

/** Filters that lay something over the picture. */
export const overlayFilters = [
  filterOf(
    'watermark',
    'A logo in a corner.',
    z.strictObject({
      image_url: image,
      position: positionField('bottom_right'),
      margin: marginField,
      opacity: opacityField.default(0.8),
      scale: z.number().min(0.01).max(1).default(0.15).describe('Width of the logo, as part of the picture’s.'),
      loop: loopField,
    }),
  ),
  filterOf(
    'image_overlay',
    'An image at a place, for all of the time or some.',
    z.strictObject({
      image_url: image,
      x: offsetField('left').default(0),
      y: offsetField('top').default(0),
      width: z.int().min(2).max(7680).optional().describe('Pixels; the shape is kept. Default: its own size.'),
      opacity: opacityField,
      start,
      end,
      loop: loopField,
    }),
  ),
  filterOf(
    'text',
    'Written text.',
    z.strictObject({
      text: z.string().min(1).max(500).regex(textPattern).describe('Taken as it is; line breaks are kept.'),
      font: fontFamily
        .optional()
        .describe(
          'Font family, of those of the system; one that is not there is replaced by the nearest. Default: DejaVu Sans.',
        ),
      wrap: z
        .boolean()
        .default(true)
        .describe('Breaks lines that would stick out of the picture, by the width of letters in DejaVu Sans.'),
      font_size: z.int().min(6).max(1000).default(48).describe('Pixels.'),
      color: colorField('#FFFFFF'),
      opacity: opacityField,
      position: positionField('bottom'),
      margin: marginField,
      x: offsetField('left').optional().describe('Pixels from the left edge; instead of `position`.'),
      y: offsetField('top').optional().describe('Pixels from the top edge; instead of `position`.'),
      box: z
        .strictObject({
          color: colorField('#000000'),
          opacity: opacityField.default(0.5),
          padding: z.int().min(0).max(200).default(10).describe('Pixels around the text.'),
        })
        .optional()
        .describe('A box behind the text.'),
      start,
      end,
    }),
  ),
] as const;
